"""The command `sipinter`. Each command's module is loaded only when it is called.

`main.py` lists the commands; a new one is a line there. `django_setup.py` starts Django for those that need
the database; `rules.py`, `staff*.py` and `selection*.py` do without it. `language.py` speaks Indonesian or
English, `help.py` shows help in it. `demo/` is the demonstration. Commands call the same services as pages.
"""
