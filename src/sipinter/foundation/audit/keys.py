"""The seal of an event: a MAC (HMAC-SHA-256) under a key that the database never holds.

The chain of hashes is public: whoever can write to the database can compute it anew. The seal cannot be
computed there. It covers the event's hash, and so its content and everything before it in the chain.
"""

import hmac

from django.conf import settings

KEYS_BEGUN = "audit.keys_begun"  # the sealed event that closes what was written before there were keys


def chain_key(chain_id: int, agency_id: int | None) -> bytes:
    """The key of one chain, derived from SIPINTER_AUDIT_KEY: an event fits no other chain."""
    about = f"audit chain {chain_id} {'-' if agency_id is None else agency_id}"
    return hmac.digest(settings.AUDIT_KEY.encode(), about.encode(), "sha256")


def seal_event(key: bytes, event_hash: str) -> str:
    """The MAC (hex) of the event whose hash is `event_hash`, under its chain's key."""
    return hmac.digest(key, event_hash.encode(), "sha256").hex()
