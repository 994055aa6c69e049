"""Taking one file or link in: what is checked before anything is kept.

`handler.py` stops what is over the limit while it comes, `validators.py` hashes and counts the bytes and
says what kind of file they are, `media.py` lists the kinds, `quota.py` counts an agency's room. `names.py`
and `links.py` clean what people see, `flags.py` says what a verifier should know, `refusals.py` has the
sentences.
"""
