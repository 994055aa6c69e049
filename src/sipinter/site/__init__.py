"""The house's own doors: the first page, the audit trail's pages, operations, settings and addresses.

`home/` and `trail/` are pages, `operations/` is running the site, `config/` puts the rooms together.
"""
