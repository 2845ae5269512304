"""`manage.py isolation_crawl`: everybody asks for everything of everybody else, and sees none of it."""

from __future__ import annotations

import subprocess
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel.commands import ProductCommand


class Command(ProductCommand):
    help = _(
        "Fill three tenants with strings that only their owners may see, and ask every route for them with every "
        "credential of the others. Works in a database of its own. Prints what was seen: it has to be 0."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--requests", type=int, default=10_000)
        parser.add_argument("--json", action="store_true", help=gettext("print one JSON object and nothing else"))

    def handle(self, *_args: Any, **options: Any) -> None:
        command = [sys.executable, "-m", "tests.tenants", "--requests", str(options["requests"])]
        if options["json"]:
            command.append("--json")
        sys.exit(subprocess.run(command, cwd=settings.BASE_DIR, check=False).returncode)  # noqa: S603  # our own words
