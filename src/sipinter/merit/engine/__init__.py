"""What computes frames, exactly and on whole numbers; a computation does not know which engine does.

`choice.py` opens DuckDB (`duckdb.py`, which reads files by `table_reader.py` and merges sorted ones by
`merge.py` and `arrow_source.py`) or a Spark cluster (`spark.py`). Under both stand `base.py` (frame,
engine, history), `table.py` (what a file's columns are) and `output.py` (the files written). `exact.py`,
`lookup.py` and `dates.py` are figures, lookups and days as expressions.
"""
