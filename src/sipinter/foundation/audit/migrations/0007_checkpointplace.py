from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0006_rows")]

    operations = [
        migrations.CreateModel(
            name="CheckpointPlace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=500, unique=True)),
                (
                    "number",
                    models.PositiveIntegerField(default=0, help_text="The last checkpoint that it took"),
                ),
                ("delivered_at", models.DateTimeField(null=True)),
                ("fault", models.CharField(blank=True, default="", max_length=200)),
                ("failed_at", models.DateTimeField(null=True)),
            ],
            options={"ordering": ["name"]},
        ),
    ]
