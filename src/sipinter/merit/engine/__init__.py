"""What computes frames, exactly and on whole numbers; a computation does not know which engine does.

`choice.py` opens DuckDB (`duckdb.py`) or a Spark cluster (`spark.py`). DuckDB reads files by
`table_reader.py`, puts histories beside people by `table_merger.py`, writes by `table_writer.py`, in the
memory that `memory.py` allows; `merge.py` is the merging of sorted tables itself, `arrow_source.py` the one
private part of a library. Under both engines stand `base.py` (frame, engine, history), `table.py` (what a
file's columns are) and `output.py` (the files written). `exact.py`, `lookup.py` and `dates.py` are figures,
lookups and days as expressions.
"""
