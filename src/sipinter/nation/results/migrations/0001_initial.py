from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="NationalFigure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("as_of", models.CharField(help_text="2022 or 2024-03", max_length=7)),
                (
                    "measure",
                    models.CharField(
                        choices=[
                            ("assessed", "Agencies assessed"),
                            ("good_or_better", "Agencies rated Good or better"),
                            ("share_good_or_better", "Share of agencies rated Good or better"),
                            ("category", "Agencies of one category"),
                            ("attainment", "Attainment of one aspect"),
                        ],
                        max_length=24,
                    ),
                ),
                ("item", models.CharField(blank=True, max_length=40)),
                ("instrument_id", models.CharField(max_length=60)),
                ("value", models.DecimalField(decimal_places=4, max_digits=10)),
                ("source", models.CharField(max_length=200)),
            ],
            options={
                "ordering": ["as_of", "measure", "item"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("as_of", "measure", "item", "instrument_id"), name="national_figure_once"
                    )
                ],
            },
        ),
    ]
