"""`manage.py provision_tenant SLUG --name NAME --host HOST --admin-email ADDRESS`: a tenant with its first person."""

from __future__ import annotations

import secrets
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from cryptouniverse.kernel.commands import ProductCommand
from cryptouniverse.kernel.tenancy import in_tenant
from tenants.audit.services import record
from tenants.provisioning.services import create_tenant, drop_tenant, record_in_both


class Command(ProductCommand):
    help = _("Make a tenant that answers to --host, and its administrator, whose password is printed once.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--name", required=True)
        parser.add_argument("--host", action="append", required=True, dest="hosts")
        parser.add_argument("--admin-email", required=True)

    def handle(self, *_args: Any, **options: Any) -> None:
        email, slug = options["admin_email"].strip().lower(), options["slug"]
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(gettext("%s is no e-mail address.") % email) from error
        hosts = tuple(host.strip().lower().removesuffix(".") for host in options["hosts"])
        tenant, password = create_tenant(slug=slug, name=options["name"], hosts=hosts), secrets.token_urlsafe(12)
        try:
            with in_tenant(tenant), transaction.atomic():
                user = get_user_model().objects.create_user(email, password, role="admin")
                record(actor=None, action="user.created", after={"role": "admin"}, object=user)
                facts = {"slug": slug, "name": options["name"], "hosts": list(hosts)}
                record_in_both(tenant=tenant, actor=None, action="tenant.created", after=facts)
        except Exception:
            drop_tenant(slug=slug)
            raise
        line = gettext("http://%(host)s  %(email)s  password: %(password)s")
        self.stdout.write(line % {"host": hosts[0], "email": email, "password": password})
