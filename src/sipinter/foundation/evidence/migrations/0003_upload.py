import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import sipinter.foundation.evidence.models.uploads


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0001_initial"),
        ("evidence", "0002_scan_of_files"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Upload",
            fields=[
                (
                    "token",
                    models.CharField(
                        default=sipinter.foundation.evidence.models.uploads.new_token,
                        editable=False,
                        max_length=40,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "assessment",
                    models.PositiveBigIntegerField(help_text="Number of the assessment that it is for"),
                ),
                ("code", models.CharField(help_text="Indicator that it is for", max_length=20)),
                ("name", models.CharField(max_length=200)),
                ("metadata", models.TextField(blank=True, help_text="Upload-Metadata as it was sent")),
                ("size", models.PositiveBigIntegerField()),
                ("offset", models.PositiveBigIntegerField(default=0)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField(db_index=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="evidence.evidence",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Part",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("start", models.PositiveBigIntegerField()),
                ("path", models.CharField(help_text="Name in the storage", max_length=200)),
                (
                    "upload",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="evidence.upload",
                    ),
                ),
            ],
            options={
                "ordering": ["start"],
            },
        ),
        migrations.AddIndex(
            model_name="upload",
            index=models.Index(fields=["user", "created_at"], name="upload_of_user"),
        ),
        migrations.AddConstraint(
            model_name="part",
            constraint=models.UniqueConstraint(fields=("upload", "start"), name="part_once_per_start"),
        ),
    ]
