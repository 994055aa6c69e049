"""People, roles, invitations, sign-in, sessions, and telling people what concerns them.

`actor.py` reads the actor of a request, `middleware.py` hangs it on. `fetching.py` is fetch-and-check in
one place. `decorators.py` keeps what was typed when a sign-in runs out, `reauthentication.py` asks for a
fresh proof before sensitive acts. `adapter.py` and `oidc.py` are allauth as wanted here, `sessions.py` the
signed-in browsers. `notify.py` writes in each person's language and sends at once, leaves it to the daily
digest (`digest.py`), or sends nothing, as they chose; `mail.py` queues letters and `delivery.py` hands them
over. Passkeys have a script of our own, for allauth's pages need inline data. An ended role signs the
person's browsers out: a session never holds rights that nobody would give it today; nor does an invitation,
whose sender is asked for again. `services/duties.py` holds people against the table of duties.
"""
