"""Did any group stand a lesser chance? Rates of selection compared by protected attributes.

`adverse_impact.py` judges the groups, `statistics.py` holds its exact tests, `result.py` goes from files to a
file.
"""
