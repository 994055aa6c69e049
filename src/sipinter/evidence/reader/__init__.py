"""Reading files that strangers sent, apart from the server.

Every operation here runs in a process of its own (`python -I -m sipinter.evidence.reader`) with an empty
environment and hard limits on time, memory and output: a file made to crash or to stall a parser ends
that process and nothing else. The package knows neither Django nor the database; `reading.py`, one
floor up, is its only caller.
"""
