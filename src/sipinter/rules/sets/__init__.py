"""Rule sets other than instruments: talent, professionalism, competence, selection and the like.

`model.py` is what they consist of, `catalog.py` finds them by id or date, `words.py` holds the codes that
rules and staff tables share. `reading.py`, `talent.py`, `succession.py`, `selections.py` and `by_kind.py`
read their YAML.
"""
