"""What this code was generated from."""

DOCUMENT_SHA256 = "fc78878d37050bef07bdeadb34a55f176bef7a03405c28b02f717171433babe1"
DOCUMENT_VERSION = "1.0"
GENERATOR = "openapi-python-client 0.29.1"
