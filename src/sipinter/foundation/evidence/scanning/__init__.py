"""The virus scanner: `clamd.py` asks it, `services.py` keeps what it said.

A file that waits stands in the assessment already, but only the agency's own writers open it before it is
clean.
"""
