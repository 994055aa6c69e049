"""The nation's figures: as published, and as the register itself gives them.

`queries.py` counts, `views.py` shows and hands out CSV, `category_tiles.py` is the row of counts above the
register. Its addresses stand in `nation/register/urls.py`, under one name with the register's.
"""
