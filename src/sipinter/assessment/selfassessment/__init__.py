"""The agency's own work: answers, gates, evidence, teamwork, the offline workbook, earlier years, submission.

`services/` has a file a capability (answers, assignments, comments, submission ...) with the query, view
and page of the same noun. Teamwork: an assignment widens what its person may answer in that assessment
alone (`services/assignments.py`); `queries/teamwork.py` is the board, `queries/assigned_tasks.py` the one
page to answer from, `queries/summary.py` the secretary's; `reminders.py` makes each reminder go out once by
a unique row. Earlier years: `earlier_years.py` reads an ended assessment as what the present one may start
from, `services/earlier_years.py` takes over what was chosen. `workbook/` is the file that works without a
network. Two versions of an answer are merged by value (`queries/answer_merge.py`): what only one person
changed is proposed, where both did, the person chooses. `views/base.py` has what every view needs: fetch,
frame, step buttons. Every save checks state, date, scope and the version that the form carried; what was
typed is shown again beside a refusal.
"""
