"""`./cu manage make_clients [LANGUAGE ...]`: the API's clients, made of its document."""

from __future__ import annotations

import subprocess
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cryptouniverse.api.clients import LANGUAGES, make_clients
from cryptouniverse.kernel.commands import ProductCommand


class Command(ProductCommand):
    help = _("Make the Python, TypeScript and Go clients in clients/ of the OpenAPI document.")
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("languages", nargs="*", help=gettext("python, typescript, go; all without one"))

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = options["languages"] or LANGUAGES
        if unknown := sorted(set(chosen) - set(LANGUAGES)):
            said = gettext("There is no generator for %(unknown)s: choose among %(known)s.")
            raise CommandError(said % {"unknown": ", ".join(unknown), "known": ", ".join(LANGUAGES)})
        try:
            make_clients(chosen)
        except subprocess.CalledProcessError as error:
            said = gettext("A generator failed: %(said)s")
            raise CommandError(said % {"said": (error.stderr or error.stdout or "").strip()[-2_000:]}) from error
        self.stdout.write(gettext("The clients are made."))
