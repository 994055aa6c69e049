"""From the national register's exports to staff tables, with every fault named and nothing guessed.

`importer.py` is the whole way: `sources.py` (a file) and `export_kinds.py` (which export it is), `rows.py` and
`cell_macros.py` (clean columns), `people.py` and `histories.py` (tables), by the codes of `codes.py`. `faults.py`
and `completeness.py` say what was wrong and what lacks; `sample_exports.py` invents exports for tests and
measurements.
"""
