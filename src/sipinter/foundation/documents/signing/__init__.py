"""Digital signatures on the papers: PAdES, so that any PDF reader checks them, and our own strict check."""
