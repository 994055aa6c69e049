from typing import Any

from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

from sipinter.foundation.audit import triggers
from sipinter.foundation.audit.keys import chain_key, seal_event
from sipinter.foundation.audit.services import hash_event


def drop(apps: Any, schema_editor: Any) -> None:
    triggers.drop_triggers(schema_editor.connection)


def create(apps: Any, schema_editor: Any) -> None:
    triggers.create_triggers(schema_editor.connection)


def begin(apps: Any, schema_editor: Any) -> None:
    """Close what was written before there were keys: one sealed event in every chain, with all before it."""
    chains, events = apps.get_model("audit", "Chain").objects, apps.get_model("audit", "Event")
    for chain in chains.filter(length__gt=0).order_by("pk"):
        event = events(
            chain=chain,
            position=chain.length + 1,
            at=timezone.now(),
            actor_name="SIPINTER",
            actor_role="system",
            agency_id=chain.agency_id,
            action="audit.keys_begun",
            target="audit:trail",
            changes={"before": [None, chain.length]},
            request_id="",
            previous_hash=chain.head,
        )
        content = {
            "position": event.position,
            "at": event.at.isoformat(),
            "actor": None,
            "name": event.actor_name,
            "role": event.actor_role,
            "agency": event.agency_id,
            "action": event.action,
            "target": event.target,
            "changes": event.changes,
            "request": event.request_id,
        }
        event.hash = hash_event(chain.head, content)
        event.mac = seal_event(chain_key(chain.pk, chain.agency_id), event.hash)
        event.save(force_insert=True)
        chains.filter(pk=chain.pk).update(length=event.position, head=event.hash)


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0004_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # SQLite makes the table anew for a column.
        migrations.RunPython(drop, create),
        migrations.AddField("event", "mac", models.CharField(default="", max_length=64)),
        migrations.AlterField("checkpoint", "day", models.DateField(db_index=True)),
        migrations.RunPython(create, drop),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
