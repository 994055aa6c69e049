"""The pages of the audit trail: the search, one event, the export.

`queries.py` reads a page at a time by what stood last on the one before, `labels.py` gives every action its
sentence: a new action needs one. `tasks.py` makes the daily checkpoint. The trail itself is
`foundation/audit`; this room writes nothing but that it was exported.
"""
