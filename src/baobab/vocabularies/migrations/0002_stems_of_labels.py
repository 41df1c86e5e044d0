"""Labels get the key by which inflected forms are alike; those that are there are given theirs."""

from django.db import migrations, models

from baobab.vocabularies.stems import stem_key

_AT_ONCE = 2000


def give_stems(apps, schema_editor):
    label = apps.get_model("vocabularies", "ConceptLabel")
    last = 0
    while rows := list(label.objects.filter(pk__gt=last).order_by("pk")[:_AT_ONCE]):
        for row in rows:
            row.stemmed = stem_key(row.text, row.language)
        label.objects.bulk_update(rows, ["stemmed"], batch_size=500)
        last = rows[-1].pk


class Migration(migrations.Migration):
    # The rows and the index on them are two steps on PostgreSQL.
    atomic = False

    dependencies = [("vocabularies", "0001_initial")]

    operations = [
        migrations.AddField(
            "conceptlabel", "stemmed", models.CharField(max_length=200, db_index=True, default="")
        ),
        migrations.RunPython(give_stems, migrations.RunPython.noop, elidable=True),
    ]
