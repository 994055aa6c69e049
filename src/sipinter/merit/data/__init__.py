"""The staff data: which tables there are, and what is drawn from them before any rule is asked.

`tables.py` is the data model, `staff.py` a set of such tables, `code_parser.py` codes as people write them.
`facts.py` brings the histories to one row an employee on a day by the rules of `fact_rules.py`,
`prepared_facts.py` keeps those rows beside the tables, `result.py` is what every computation gives, `diff.py`
compares two sets of tables, `sample.py` invents staff.
"""
