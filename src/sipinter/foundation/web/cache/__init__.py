"""The caches: values as signed JSON (`signed.py`), kept in a folder, in the database or by Redis."""
