from typing import Any

from django.db import migrations, models

from sipinter.foundation.audit import triggers


def drop(apps: Any, schema_editor: Any) -> None:
    triggers.drop_triggers(schema_editor.connection)


def create(apps: Any, schema_editor: Any) -> None:
    triggers.create_triggers(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("audit", "0005_seals")]

    operations = [
        # SQLite makes the table anew for a column.
        migrations.RunPython(drop, create),
        migrations.AddField(
            "event",
            "rows",
            models.JSONField(default=dict, help_text="model:id -> digest of a row that this made or changed"),
        ),
        migrations.RunPython(create, drop),
    ]
