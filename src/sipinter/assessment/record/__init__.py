"""The record of an assessment: rounds, the shared tables, the workflow, scores, and who is told.

`workflow.py` is the one table of steps, `guards.py` the precondition of each, `permissions.py` who may take
it; `advance_assessment` alone writes the state. `scores.py` turns levels into scorecards of a layer and
keeps snapshots that nothing updates. `instruments.py` gives the text that the round pinned.
`indicator_scope.py` says which indicators are a person's own, `completeness.py` what is missing,
`panels.py` what higher rooms show on an indicator's page; `services/notices.py` tells people.
`recommendations/` is an application within this room. Its pages are the rounds'. `models/presence.py` and
`models/pending_workbooks.py` have the rows that live for minutes or hours; backups leave them out. The
room's label is `assessments`: tables and migrations go by it.
"""
