from typing import Any

from django.db import migrations, models

from sipinter.foundation.audit import triggers


def drop(apps: Any, schema_editor: Any) -> None:
    triggers.drop_triggers(schema_editor.connection)


def create(apps: Any, schema_editor: Any) -> None:
    triggers.create_triggers(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("audit", "0007_checkpointplace")]

    operations = [
        # SQLite makes the table anew for a column.
        migrations.RunPython(drop, create),
        migrations.AlterField(
            "event",
            "actor_name",
            models.CharField(max_length=1000, help_text="Of a person sealed (persons.py)"),
        ),
        migrations.AlterField(
            "event", "on_behalf_name", models.CharField(max_length=1000, blank=True, default="")
        ),
        migrations.RunPython(create, drop),
    ]
