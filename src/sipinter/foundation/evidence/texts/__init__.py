"""What stands in the files: read in the background page by page, searched, and looked through for hints."""
