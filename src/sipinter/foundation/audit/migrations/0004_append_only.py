from typing import Any

from django.db import migrations

from sipinter.foundation.audit import triggers


def create(apps: Any, schema_editor: Any) -> None:
    triggers.create_triggers(schema_editor.connection)


def drop(apps: Any, schema_editor: Any) -> None:
    triggers.drop_triggers(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_checkpoints_and_search")]

    operations = [migrations.RunPython(create, drop)]
