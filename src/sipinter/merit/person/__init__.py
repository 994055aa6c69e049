"""One person's figures by pure functions of exact fractions, without a table.

`facts.py` makes the facts of a day from the rows that tables have of somebody; no engine is imported.
`talent.py` (the axes, the row of the map) and `box.py` (box and talent value), `professionalism.py`,
`competence.py`, `performance.py`, `discipline.py`, `retirement.py`, `workload.py` (of one post) and `nip.py`
(the employee number). `explain.py` says step by step how somebody's figures came about.
"""
