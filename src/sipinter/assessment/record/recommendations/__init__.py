"""Recommendations: drafted with the verification, edited at the desk, issued with the publication.

An application of its own (label `followup`) within the record, because finishing a verification drafts them
in the same transaction. `services.py` keeps what a person has edited or dropped when drafts are made anew;
which drafts are wanted says `assessment/verification/recommendation_drafts.py`. A recommendation knows its
assessment by foreign key only.
"""
