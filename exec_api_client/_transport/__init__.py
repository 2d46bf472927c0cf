"""The way from a request to its response."""
