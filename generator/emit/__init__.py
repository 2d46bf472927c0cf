"""The package's generated code: openapi-python-client runs on the normalised document, with our templates."""
