"""Sources of the document: the published pages, or a whole document."""
