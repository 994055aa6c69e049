"""Files and links of an agency: received, checked, scanned, stored, shown, read, handed out.

`services.py` takes a file or link; `receiving/` examines it, `tus/` lets it come in pieces, `scanning/` asks
the virus scanner, `storage/` keeps the bytes, `reader/` opens them in processes apart, `reading_turns.py`
says how many at once, `signatures.py` has papers checked there, `texts/` reads what stands in them,
`library/` knows validity and versions, `downloads.py` hands out. The library's pages are
`assessment/selfassessment`'s, which knows where a document is used. A file is named by its hash, written
once, and has no address of its own: every opening asks `may`. A room that stores files of its own provides
`STORED_FOLDERS` (`storage/verification.py`), else they count as orphans.
"""
