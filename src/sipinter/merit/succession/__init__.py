"""Who may follow on which post: gates, boxes first, then score, the best of each post.

`targets.py` (the posts), `candidates.py` (who comes into question), `gates.py` (passed, failed or not known),
`ranking.py` (order, and dealt out to the posts); `result.py` gives them and writes their files.
"""
