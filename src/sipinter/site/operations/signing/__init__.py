"""`sipinter sign serve`: the process that alone holds the signing key, and what it asks before it signs.

`requests.py` judges each kind of request by the process's own reading of the database; `server.py` takes
them from the socket, one at a time; `journal.py` keeps what was signed and refused. The other side of the
socket is `foundation/documents/signing/apart.py`.
"""
