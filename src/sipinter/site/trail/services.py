"""Taking the audit trail out of the system is itself on record."""

from dataclasses import asdict

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.permissions import require
from sipinter.foundation.access.roles import Role
from sipinter.foundation.audit.services import record

from .permissions import OWN
from .queries import TrailSearch


def note_export(wanted: TrailSearch, *, kind: str, actor: Actor, of: str = "trail") -> None:
    """Record that somebody downloads what `wanted` finds; `kind` is csv or xlsx. Denied without the right.

    `of`: "trail" or "refusals".

    In the agency's own chain when the person reads one agency only, else in the nation's.
    """
    require(actor, "trail.read")
    own = actor.agency_ids(OWN)
    asked = {name: [None, str(value)] for name, value in asdict(wanted).items() if value}
    record(
        "audit.exported",
        f"audit:{of}",
        actor=actor,
        agency_id=next(iter(own)) if len(own) == 1 and not actor.has(Role.AUDITOR) else None,
        changes={"kind": [None, kind], **asked},
    )
