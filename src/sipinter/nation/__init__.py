"""The whole country, for everybody: the register of results, statistics, verification of papers.

`results/` is the base of `statistics/` and `register/`. These pages need no sign-in: a browser keeps a page
for a minute, any cache a download for five. Results of earlier years are loaded here as published, each
with its source.
"""
