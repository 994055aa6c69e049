"""From the national register's exports to staff tables, with every fault named and nothing guessed.

`importing.py` is the whole way: `opening.py` (a file) and `kinds.py` (which export it is), `rows.py` and
`cells.py` (clean columns), `people.py` and `histories.py` (tables), by the codes of `codes.py`. `faults.py`
and `completeness.py` say what was wrong and what lacks; `export.py` invents exports for tests and
measurements.
"""
