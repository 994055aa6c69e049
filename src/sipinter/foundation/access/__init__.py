"""Who acts and what they may do: the ground of every room. No models.

`roles.py` names the roles and each set of them that several rooms ask for. `actor.py` is the acting person
with grants and ties, read once. `permissions.py` is the one answer to "may this person do that?": rooms
register predicates, everybody asks `may` or `require`. `conflicts.py` wraps those of the desk: nobody judges
their own agency. `duties.py` says which two roles one person may hold. `errors.py` are the refusals, each
with a sentence for the person. It is no application, so the settings name its `locale/`.
"""
