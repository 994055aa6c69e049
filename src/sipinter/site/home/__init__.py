"""The page that a person begins with.

It knows no room: each fills `HOME_PARTS` (`foundation/web/home.py`).
"""
