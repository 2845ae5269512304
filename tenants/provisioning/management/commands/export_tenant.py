"""`manage.py export_tenant SLUG FILE`: everything a tenant has, as one file."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from cryptouniverse.kernel.commands import ProductCommand
from tenants.provisioning.services import export_tenant


class Command(ProductCommand):
    help = _("Write everything a tenant has to FILE, a zip of JSON lines; secrets stay out or sealed.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("file", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        written: Path = options["file"]
        part = written.with_name(f"{written.name}.part")
        try:
            with part.open("xb") as file:
                part.chmod(0o600)
                manifest = export_tenant(slug=options["slug"], file=file)
            part.replace(written)
        finally:
            part.unlink(missing_ok=True)
        facts = {"rows": sum(t["rows"] for t in manifest.tables.values()), "tables": len(manifest.tables)}
        self.stdout.write(gettext("%(rows)s rows of %(tables)s tables.") % facts)
        self.stdout.write(gettext("Left out: %s") % ", ".join(manifest.left_out))
