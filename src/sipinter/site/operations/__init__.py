"""Running the site: backup and restore, checks before opening, live and ready, counts.

`backup/` writes and reads one file and tries it out; `checks/` is `sipinter check`: a check is a function in
its list. `locks.py` keeps apart what must not run at once, `database_faults.py` says what is wrong with
database or disk. `web_processes.py` says who serves, `health.py` whether each part answers, `views.py` tells
machines, `gauges.py` asks the database for counts, `signals.py` counts what the audit trail and the sign-in
tell. docs/operations.md is for whoever runs it.
"""
