"""The agency's documents as a library: filters, titles and validity, chains of versions.

Validity is a hint for people and decides nothing. A newer version takes an older one's place in
`assessment/selfassessment/services/versions.py`, which knows where answers are still open.
"""
