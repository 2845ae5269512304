"""`manage.py new_password TENANT EMAIL`: a new password for somebody who lost theirs, printed once and audited."""

from __future__ import annotations

import secrets
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from cryptouniverse.kernel.commands import ProductCommand
from cryptouniverse.kernel.tenancy import in_tenant
from tenants.audit.services import record
from tenants.provisioning.errors import UnknownTenant
from tenants.provisioning.selectors import tenant_by_slug


class Command(ProductCommand):
    help = _("Give a user of a tenant (demo, platform, ...) a new password and print it once. Their sessions end.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("tenant")
        parser.add_argument("email")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            tenant = tenant_by_slug(options["tenant"])
        except UnknownTenant as error:
            raise CommandError(gettext("There is no active tenant named %s.") % options["tenant"]) from error
        password = secrets.token_urlsafe(12)
        with in_tenant(tenant), transaction.atomic():
            user = get_user_model().objects.filter(email=options["email"].strip().lower()).first()
            if user is None:
                raise CommandError(gettext("%s has no user with that e-mail address.") % options["tenant"])
            user.set_password(password)
            user.save(update_fields=["password"])
            record(actor=None, action="user.password_replaced", object=user)
        self.stdout.write(gettext("%(email)s  password: %(password)s") % {"email": user.email, "password": password})
