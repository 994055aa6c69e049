"""Selections ranked from a file of participants.

`file.py` reads it, `recruitment.py` ranks candidates for the civil service (CPNS), `open.py` applicants for
senior posts.
"""
