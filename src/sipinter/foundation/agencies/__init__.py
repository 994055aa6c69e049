"""The register of government agencies.

`register.py` reads its files and names every fault, `services.py` brings the table in line with them,
`tasks.py` does so in the background. `data/` holds the files that come with the program and says where they
come from. An agency is known by its code; one that a file does not name stays as it is.
"""
