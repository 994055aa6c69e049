"""What every page shares: frame, components, charts, numbers and dates, headers, and what machines ask for.

`jinja.py` makes the environment of all templates; `jinja2/web/base.html` and `components.html` are frame
and parts. `nav.py`, `home.py` and `robots.py` hold the places that rooms fill. `middleware.py` turns
refusals into pages, `views.py` what nothing caught (503 while the database is away). `messages.py` puts what
the rules say into the reader's language. `formatters.py` writes figures and dates, `csv_files.py` and
`exports.py` tables that no spreadsheet runs. `rate_limits.py` counts attempts in a cache of `cache/`;
`access_log.py`, `logs.py` and `metrics.py` say nothing about a person.
"""
