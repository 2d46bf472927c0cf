"""Generated from openapi.yaml by `make generate`; not to be edited by hand."""
