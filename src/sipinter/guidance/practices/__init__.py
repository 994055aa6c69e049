"""The library of good practice: examples of evidence beside the criteria, and why levels were lowered.

A verifier or coordinator proposes an example, the agency consents, a coordinator publishes (`services.py`).
`slots.py` puts it on the page of an indicator; `queries.py` gathers it. Its table is
`assessment/record/models/examples.py`.
"""
