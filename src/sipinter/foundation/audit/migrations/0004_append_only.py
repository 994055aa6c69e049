from typing import Any

from django.db import migrations

from sipinter.foundation.audit import guards


def create(apps: Any, schema_editor: Any) -> None:
    guards.create(schema_editor.connection)


def drop(apps: Any, schema_editor: Any) -> None:
    guards.drop(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_checkpoints_and_search")]

    operations = [migrations.RunPython(create, drop)]
