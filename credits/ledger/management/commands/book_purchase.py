"""`manage.py book_purchase TENANT EMAIL CREDITS --receipt NAME`: credits that somebody paid an operator for."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from accounts.users.selectors import person_by_email
from credits.ledger.services import book_purchase
from credits.ledger.types import LIST_PRICE_USD
from cryptouniverse.kernel.commands import ProductCommand
from cryptouniverse.kernel.money import Credits
from cryptouniverse.kernel.tenancy import in_tenant
from tenants.provisioning.errors import UnknownTenant
from tenants.provisioning.selectors import tenant_by_slug

_END = 10**14


class Command(ProductCommand):
    help = _("Book bought credits for a user of a tenant, once for each receipt: they allow profit with real money.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("tenant")
        parser.add_argument("email")
        parser.add_argument("credits", type=_number)
        parser.add_argument("--receipt", required=True, help=gettext("the invoice's or payment's own name"))
        parser.add_argument("--price", type=_number, default=LIST_PRICE_USD, help=gettext("USD paid for one credit"))

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            tenant = tenant_by_slug(options["tenant"])
        except UnknownTenant as error:
            raise CommandError(gettext("There is no active tenant named %s.") % options["tenant"]) from error
        with in_tenant(tenant):
            user = person_by_email(options["email"])
            if user is None:
                raise CommandError(gettext("%s has no user with that e-mail address.") % options["tenant"])
            entry = book_purchase(
                user=user, amount=Credits(options["credits"]), receipt=options["receipt"], price_usd=options["price"]
            )
        said = (
            gettext("%(credits)s credits are booked.") if entry.is_new else gettext("This receipt was booked before.")
        )
        self.stdout.write(said % {"credits": f"{options['credits']:f}"})


def _number(text: str) -> Decimal:
    with suppress(InvalidOperation):
        number = Decimal(text)
        if number.is_finite() and abs(number) < _END:
            return number
    raise ArgumentTypeError(gettext("%s is not a number such as 500.") % text)
