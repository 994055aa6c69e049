"""Where the bytes lie. `store.py` is what the rooms call; `base.py` says what a storage must be able to do.

`local.py` (a folder) and `s3.py` (a bucket) do it; the settings choose. `previews.py` makes and keeps what
a page shows of a file, `verification.py` compares storage and database (`sipinter evidence verify`). A name
is there whole or not at all, and nothing is overwritten.
"""
