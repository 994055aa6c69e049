"""Reading files that strangers sent, apart from the server.

Every operation runs in a process of its own with an empty environment, hard limits on time, memory and
output, and no right but to read its file (`sandbox.py`): a file made to crash, to stall or to take over a
parser ends that process and nothing else. The package knows neither Django nor the database; `client.py`
starts these processes and is the only way to them.
"""
