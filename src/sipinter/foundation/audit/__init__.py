"""What happened, in order: one append-only chain of hashes per agency, and one for the nation.

`services.py` writes an event inside the transaction of the change that it records; call it last, for it
holds the head of the chain until the commit. `refusals.py` counts refused attempts beside the chains.
`triggers.py` refuses changes in the database itself, `checkpoints.py` signs where every chain stands, and
`verification.py` reads it all again. docs/audit.md is for outsiders who check it, `site/trail/` has the
pages. What the hash covers (`hashed_content`) can never change for rows that exist.
"""
