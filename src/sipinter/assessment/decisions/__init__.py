"""The plenary: meetings, decisions with their papers, publication, objections, corrections.

`services/decisions.py` decides, publishes and corrects: a decision is never changed, a new one names the
old. `services/meetings.py` decides each case of a meeting in a transaction of its own;
`services/objections.py` hears the agency. `papers.py` makes letter and certificate, signed, `minutes.py` a
meeting's minutes; `tasks.py` makes them in the background. `announcements.py` tells higher rooms that
something was decided or corrected.
"""
