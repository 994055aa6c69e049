"""The rooms put together: `settings.py`, `urls.py`, `wsgi.py`, and what they need.

`env.py` reads every variable and stops the start by its name; docs/settings.md lists them and a test
compares. `limits.py` has how often one visitor may do what, `caches.py` where attempts are counted,
`oidc.py` the sign-in service. `messages.py` collects and compiles the interface texts of every room (`make
messages`).
"""
