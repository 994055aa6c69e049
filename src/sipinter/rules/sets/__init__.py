"""Rule sets other than instruments: talent, professionalism, competence, selection and the like.

`model.py` is what they consist of, `catalog.py` finds them by id or date, `codes.py` holds the codes that
rules and staff tables share. `reader.py`, `talent.py`, `succession.py`, `selection.py` and `by_kind.py`
read their YAML.
"""
