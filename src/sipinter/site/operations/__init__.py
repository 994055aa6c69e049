"""Running the site: backup and restore, checks before opening, live and ready, counts.

`backup/` writes and reads one file; `checks/` is `sipinter check`: a check is a function in its list.
`health.py` says whether each part answers, `views.py` tells machines, `gauges.py` asks the database for
counts, `signals.py` counts what the audit trail and the sign-in tell. docs/operations.md is for whoever
runs it.
"""
