"""The seal of an event: a MAC (HMAC-SHA-256) under a key that the database never holds.

The chain of hashes is public: whoever can write to the database can compute it anew. The seal cannot be
computed there. It covers the event's hash, and so its content and everything before it in the chain.
"""

import hmac

from django.conf import settings

KEYS_BEGUN = "audit.keys_begun"  # the sealed event that closes what was written before there were keys


def chain_key(chain_id: int, agency_id: int | None) -> bytes:
    """The key of one chain, derived from SIPINTER_AUDIT_KEY: an event fits no other chain."""
    return chain_keys(chain_id, agency_id)[0]


def chain_keys(chain_id: int, agency_id: int | None) -> list[bytes]:
    """The same, then those of SIPINTER_AUDIT_KEY_FALLBACKS, which seal nothing any more."""
    about = f"audit chain {chain_id} {'-' if agency_id is None else agency_id}".encode()
    keys = (settings.AUDIT_KEY, *settings.AUDIT_KEY_FALLBACKS)
    return [hmac.digest(key.encode(), about, "sha256") for key in keys]


def key_of_seal(keys: list[bytes], event_hash: str, mac: str) -> int | None:
    """Which of `keys` made the seal: its place among them; None where none did."""
    for place, key in enumerate(keys):
        if hmac.compare_digest(mac.encode(), seal_event(key, event_hash).encode()):
            return place
    return None


def seal_event(key: bytes, event_hash: str) -> str:
    """The MAC (hex) of the event whose hash is `event_hash`, under its chain's key."""
    return hmac.digest(key, event_hash.encode(), "sha256").hex()
