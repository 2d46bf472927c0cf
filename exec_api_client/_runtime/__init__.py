"""Base of the generated code: models, operations, requests, arguments. No I/O."""
