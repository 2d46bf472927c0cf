"""OpenAPI documents as values: read, compared, corrected by an overlay, and found one's way in."""
