"""`./cu manage make_clients [--check]`: the API's clients, made anew, or looked at whether they are current."""

from __future__ import annotations

import subprocess
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cryptouniverse.api.clients import make_clients, stale
from cryptouniverse.kernel.commands import ProductCommand


class Command(ProductCommand):
    help = _("Make the Python, TypeScript and Go clients in clients/ of the OpenAPI document.")
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help=gettext("only say whether they are current"))

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            if found := stale():
                raise CommandError(" ".join(map(gettext, found)))
            self.stdout.write(gettext("The clients are current."))
            return
        try:
            make_clients()
        except subprocess.CalledProcessError as error:
            said = gettext("A generator failed: %(said)s")
            raise CommandError(said % {"said": (error.stderr or error.stdout or "").strip()[-2_000:]}) from error
        self.stdout.write(gettext("The clients are made."))
