from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("places", "0002_postcodes"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClassificationTable",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("level", models.CharField(max_length=20, verbose_name="level")),
                ("vintage", models.CharField(max_length=20, verbose_name="vintage")),
                ("title", models.CharField(max_length=300, verbose_name="title")),
                ("source", models.CharField(max_length=500, verbose_name="source")),
                ("licence", models.CharField(max_length=300, verbose_name="licence")),
                ("file", models.CharField(max_length=200, unique=True, verbose_name="file")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("content", models.CharField(max_length=64, verbose_name="hash of the content")),
                ("rows", models.PositiveIntegerField(verbose_name="rows")),
                ("loaded_at", models.DateTimeField(auto_now_add=True, verbose_name="loaded")),
                ("name", models.CharField(max_length=30, verbose_name="name")),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
            ],
            options={
                "verbose_name": "classification of areas",
                "verbose_name_plural": "classifications of areas",
                "ordering": ["level", "vintage", "name", "year", "id"],
            },
        ),
    ]
