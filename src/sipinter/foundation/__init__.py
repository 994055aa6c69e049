"""What every part stands on. It knows staff, agencies and files, and nothing of assessments.

From the ground up: `access/` (may this person do that?), `registries/` (the ways up), `web/`, `documents/`,
`work/`, `audit/`, `agencies/`, `accounts/`, `evidence/`. Each imports only from those before it. What a
room here needs from above it asks through an object of `registries/`.
"""
