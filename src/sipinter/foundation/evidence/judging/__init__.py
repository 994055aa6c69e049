"""Files are judged from the queue: the reader opens each one, and no request waits for it.

`services.py` keeps what the reader found and tells those whom a refusal concerns; `queries.py` knows how many
wait. A file that waits stands in the assessment already; a refused one counts as missing, and its bytes go.
"""
