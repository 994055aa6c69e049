"""Results as the public sees them: the latest of each agency, and those published in earlier years.

`queries.py` is what register and statistics begin with. `published_files.py` reads the history that comes
with the program (`data/`), `services/` loads it, on record. `categories.py` names and draws categories,
`decorators.py` says how long an answer may be kept. The label is `national`, as are the templates' folder
and the names of the addresses.
"""
