"""A whole staff's figures, by table expressions over the same rules as `person/`, in files of the same names.

`talent.py`, `professionalism.py`, `competence.py` and `performance.py` make one row an employee;
`workforce.py` (posts and heads), `training.py` (needs and the best plan) and `incentive.py` (allowances)
stand beside them. `report.py` and `workforce_reports.py` go from a folder to a file and its
denominators, `explain.py` finds one employee in the tables.
"""
