"""`manage.py tenant_limits SLUG --reason WHY bots=5 users=none`: what a tenant may have."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from cryptouniverse.kernel.commands import ProductCommand
from tenants.provisioning.services import set_quotas


class Command(ProductCommand):
    help = _("Give a tenant limits of its own, such as bots=5; none is the platform's number again.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("limits", nargs="+", metavar="NAME=NUMBER")
        parser.add_argument("--reason", required=True)

    def handle(self, *_args: Any, **options: Any) -> None:
        numbers = dict(_parsed(limit) for limit in options["limits"])
        set_quotas(slug=options["slug"], reason=options["reason"], numbers=numbers)
        self.stdout.write(gettext("The limits of %s are changed.") % options["slug"])


def _parsed(limit: str) -> tuple[str, int | None]:
    name, _equals, number = limit.partition("=")
    if number != "none" and not (number.isascii() and number.isdigit()):
        raise CommandError(gettext("%s is not like bots=5 or bots=none.") % limit)
    return name, None if number == "none" else int(number)
