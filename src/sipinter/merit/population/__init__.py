"""A whole staff's figures, by table expressions over the same rules as `person/`, in files of the same names.

`talent.py`, `professionalism.py`, `competence.py`, `performance.py` and `retirement.py` make one row an
employee; `workload.py` (posts against heads), `training.py` and `training_plan.py` (needs, and the best plan)
and `incentive.py` (allowances) stand beside them, `measures.py` makes boxes and index in one pass. In each,
`compute_...(staff, on, rules_id)` gives a `Result` (`data/result.py`), which a page reads and a command
writes. `explain.py` finds one employee in the tables.
"""
