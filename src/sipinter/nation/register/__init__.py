"""The public pages: front page, register, an agency, instruments, verification of a paper.

One file a page in `views/`; `queries/register.py` and `queries/agency.py` read. `views/verify.py` answers
whether a paper is real, by its code or by the file itself. `urls.py` has the statistics' addresses too.
"""
