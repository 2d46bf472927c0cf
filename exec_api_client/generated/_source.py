"""What this code was generated from."""

DOCUMENT_SHA256 = "202ce61bd7950c2479e74fa29cedcfa01e50b47ed12a9341a23b43b87ded9068"
DOCUMENT_VERSION = "1.0"
GENERATOR = "openapi-python-client 0.29.1"
