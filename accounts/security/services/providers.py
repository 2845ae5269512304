"""The tenant's own identity providers: added and removed by its administrators.

An issuer does not change: the names that people have at one are nothing at another. Remove it and add the new one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.security.errors import ProviderRefused
from accounts.security.models import IdentityProvider
from accounts.security.services.keeping import keep_client_secret
from cryptouniverse.kernel.egress.errors import BadAddress
from cryptouniverse.kernel.egress.targets import parse_target
from cryptouniverse.kernel.words import gettext_noop as _
from tenants.audit import services as audit

if TYPE_CHECKING:
    from accounts.users.models import User
    from cryptouniverse.kernel.secret import Secret

SLUG: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
TAKEN: Final = frozenset({"google", "github", "openid_connect"})
PROVIDERS_MAX: Final = 10


def add_provider(
    *, slug: str, name: str, issuer: str, client_id: str, secret: Secret, provisions: bool, actor: User
) -> IdentityProvider:
    """A provider that people can sign in with from now on. issuer: as it calls itself, such as https://id.example.com.

    Raises ProviderRefused for a short name or an issuer that cannot be, or is there already.
    """
    issuer = issuer.strip().rstrip("/")
    if not SLUG.fullmatch(slug) or slug in TAKEN:
        raise ProviderRefused(_("The short name is small letters, digits and hyphens."))
    try:
        parse_target(issuer, allowed=settings.CU.egress_allowed())
    except BadAddress as error:
        raise ProviderRefused(error.message) from error
    if IdentityProvider.objects.count() >= PROVIDERS_MAX:
        raise ProviderRefused(_("There are as many identity providers as there can be."))
    facts = {"slug": slug, "name": name, "issuer": issuer, "client_id": client_id, "provisions": provisions}
    try:
        with transaction.atomic():
            row = IdentityProvider.objects.create(**facts, **keep_client_secret(slug=slug, secret=secret))
            audit.record(actor=actor, action="provider.added", object=row, after=facts)
    except IntegrityError as error:
        raise ProviderRefused(_("There is a provider with this short name already.")) from error
    return row


@transaction.atomic
def remove_provider(*, provider: IdentityProvider, actor: User) -> None:
    """Take it away. What people are called there is forgotten; their accounts stay, with a new password by letter."""
    SocialAccount.objects.filter(provider=provider.slug).delete()
    before = {"slug": provider.slug, "issuer": provider.issuer}
    audit.record(actor=actor, action="provider.removed", object=provider, before=before)
    provider.delete()
