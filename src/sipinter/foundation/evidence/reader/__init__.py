"""Reading files that strangers sent, apart from the server.

Every operation runs in a process of its own with an empty environment and hard limits on time, memory
and output: a file made to crash or to stall a parser ends that process and nothing else. The package
knows neither Django nor the database; `client.py` starts these processes and is the only way to them.
"""
