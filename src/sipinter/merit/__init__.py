"""The arithmetic of staff: one person by pure functions, whole staffs by table expressions, and both agree.

From the ground up: `engine/` (what computes frames), `data/` (the tables and what is drawn from them),
`person/` (one person), `population/` (many, in files of the same names), then `succession/`, `selection/`,
`fairness/` and `register/` (from the national register's exports to tables). It knows the rules and no
Django.
"""
