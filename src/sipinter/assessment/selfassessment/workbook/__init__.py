"""The offline workbook: an assessment as an XLSX file, read back, compared with what changed meanwhile.

`layout.py` says what stands where, `seal.py` what makes the file ours. `builder.py` gathers what a person
may answer and `writer.py` writes it; `checks.py` looks at a stranger's file before `reader.py` reads its
cells, and `comparison.py` tells who changed what: at the download, in the workbook, now. Of what
comes back only what it says is kept, in a row, for a day; the stranger's file is never stored.
"""
