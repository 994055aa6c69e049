"""The law as data: instruments and rule sets are YAML of `catalog/`, read here; scores follow from them.

Of an instrument: `model.py` (what it is), `document.py`, `loader.py` and `aspects.py` (reading),
`instrument.py` (finding), `indicator_map.py` and `instrument_diff.py` (one against another). Of answers:
`answers.py` over `sheets.py`, `xlsx.py` and `sheet.py` (files), `points_table.py`, `scoring.py` and
`score_index.py` (a score), `route.py` and `knapsack.py` (the least effort to a target), `sampling.py` and
`agreement.py` (second readings). `sets/` holds the other kinds of rules; `numbers.py` and `messages.py`
serve all. It knows no Django, no clock and no database.
"""
