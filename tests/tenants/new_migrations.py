"""Two migrations that no release has: what the runner has to do when one comes, on real schemas.

They are written into a folder with copies of the app's own ones, and settings say that the app's migrations are there.
"""

import shutil
import sys
from pathlib import Path

from django.conf import settings

LABEL = "aiengine_autopilot"
TABLE = "aiengine_autopilot_cyclerun"
PACKAGE = "migrations_of_the_next_release"
FIRST, SECOND = "9001_noted", "9002_remarks"
NEW = {
    FIRST: """
        def count_on(apps, schema_editor):
            apps.get_model("{label}", "CycleRun").objects.update(slot_ms=models.F("slot_ms") + 1)

        class Migration(migrations.Migration):
            dependencies = [("{label}", "{last}")]
            operations = [
                migrations.AddField("cyclerun", "note", models.CharField(db_default="", default="", max_length=9)),
                migrations.RunPython(count_on, migrations.RunPython.noop),
                migrations.AddIndex("cyclerun", models.Index(fields=["note"], name="next_cyclerun_note")),
            ]
    """,
    SECOND: """
        class Migration(migrations.Migration):
            dependencies = [("{label}", "{first}")]
            operations = [
                migrations.CreateModel("Remark", [
                    ("id", models.BigAutoField(primary_key=True)),
                    ("run", models.ForeignKey("{label}.cyclerun", models.CASCADE)),
                    ("text", models.CharField(max_length=9, unique=True)),
                ]),
                migrations.RunSQL("{sql}"),
            ]
    """,
}
BROKEN = "SELECT 1 / count(*) FROM aiengine_autopilot_cyclerun"  # fails where there is no row
HARMLESS = "SELECT 1"


def next_release(folder: Path, *, sql: str = HARMLESS) -> None:
    """From now on this process is a release that has both migrations. sql: what the second one runs at its end."""
    from django.apps import apps

    from tenants.provisioning import plan, selectors

    package = folder / PACKAGE
    if not package.exists():
        here = Path(apps.get_app_config(LABEL).path) / "migrations"
        shutil.copytree(here, package, ignore=shutil.ignore_patterns("__pycache__"))
        last = max(file.stem for file in here.glob("0*.py"))
        for name, text in NEW.items():
            lines = text.format(label=LABEL, last=last, first=FIRST, sql=sql).splitlines()
            body = "\n".join(line[8:] for line in lines)
            (package / f"{name}.py").write_text(f"from django.db import migrations, models\n{body}\n")
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    settings.MIGRATION_MODULES = {LABEL: PACKAGE}
    plan.loaded.cache_clear()
    selectors.forget_versions()


def this_release() -> None:
    """Back to what is on disk."""
    from tenants.provisioning import plan, selectors

    settings.MIGRATION_MODULES = {}
    sys.path[:] = [place for place in sys.path if not (Path(place) / PACKAGE).exists()]
    for name in [name for name in sys.modules if name.startswith(PACKAGE)]:
        del sys.modules[name]
    plan.loaded.cache_clear()
    selectors.forget_versions()
