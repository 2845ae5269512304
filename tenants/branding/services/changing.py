"""What an administrator changes. Each change raises the version, stands in the audit, and is seen by all at once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Max

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.kernel.words import gettext_noop as _
from tenants.audit import services as audit
from tenants.audit.types import Actor
from tenants.branding.contrast import lowest
from tenants.branding.errors import BadBranding, BrandingChanged, ContrastTooLow, SenderNotProven
from tenants.branding.logos import Picture, picture_of
from tenants.branding.models import Branding, BrandLogo, CreditPrice, LegalText
from tenants.branding.selectors import colours_from, forget_brand, keep_brand, read_brand
from tenants.branding.types import (
    LEGAL_MAX,
    NAME_MAX,
    PRICES_MAX,
    RADIUS_MAX,
    SHORT_NAME_MAX,
    TINT_MAX,
    Brand,
    Colours,
    LegalKind,
)
from tenants.provisioning.selectors import hosts_of, row_id_of

FIELDS: Final = (
    "name", "short_name", "colour", "tint", "radius", "sender_name", "sender_address", "support_address",
)  # fmt: skip
_UNPRINTED: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069<>]")
_COLOUR: Final = re.compile(r"#[0-9a-f]{6}")
_CURRENCY: Final = re.compile(r"[A-Z]{3,5}")


@transaction.atomic
def update_branding(
    *, tenant: TenantCtx, actor: Actor, changes: Mapping[str, Any], version: int | None = None
) -> Brand:
    """Change what `changes` names: fields of FIELDS, and `credit_prices`, a list of (credits, price, currency).

    version: the one that was read, or None not to ask. Raises BadBranding, ContrastTooLow, SenderNotProven or
    BrandingChanged, and then changes nothing.
    """
    row = _locked(tenant, version)
    before = {field: getattr(row, field) for field in FIELDS}
    for field in FIELDS:
        if field in changes:
            setattr(row, field, _checked(field, changes[field]))
    _check_colours(row)
    if row.sender_address and row.sender_address != before["sender_address"]:
        _check_sender(tenant, row.sender_address)
    after = {field: getattr(row, field) for field in FIELDS if before[field] != getattr(row, field)}
    before = {field: before[field] for field in after}
    if "credit_prices" in changes:
        before["credit_prices"], after["credit_prices"] = _priced(row, changes["credit_prices"])
    return _changed(tenant, row, actor, "branding.changed", before=before, after=after)


@transaction.atomic
def set_logo(*, tenant: TenantCtx, actor: Actor, sent: bytes) -> Brand:
    """Take a PNG or WebP as the logo, written anew. Raises BadLogo."""
    picture: Picture = picture_of(sent)
    row = _locked(tenant)
    BrandLogo.objects.update_or_create(
        tenant_id=row.tenant_id,
        defaults={
            "digest": picture.digest,
            "kind": picture.kind,
            "width": picture.width,
            "height": picture.height,
            "content": picture.content,
        },
    )
    return _changed(tenant, row, actor, "branding.logo_set", after={"digest": picture.digest})


@transaction.atomic
def remove_logo(*, tenant: TenantCtx, actor: Actor) -> Brand:
    """The name's first letter stands for the logo again."""
    row = _locked(tenant)
    BrandLogo.objects.filter(tenant_id=row.tenant_id).delete()
    return _changed(tenant, row, actor, "branding.logo_removed")


@transaction.atomic
def reset_branding(*, tenant: TenantCtx, actor: Actor) -> Brand:
    """Back to the platform's look, name, mark and sender. Published texts and credit prices stay."""
    row = _locked(tenant)
    before, fresh = {field: getattr(row, field) for field in FIELDS}, Branding()
    for field in FIELDS:
        setattr(row, field, getattr(fresh, field))
    BrandLogo.objects.filter(tenant_id=row.tenant_id).delete()
    return _changed(tenant, row, actor, "branding.reset", before=before)


@transaction.atomic
def publish_legal_text(*, tenant: TenantCtx, actor: Actor, kind: LegalKind, body: str) -> LegalText:
    """A new version of a text. The old ones stay as they were. Raises BadBranding if it is empty or too long."""
    text = body.replace("\r\n", "\n").replace("\x00", "").strip()
    if not text or len(text) > LEGAL_MAX:
        raise BadBranding(_("A text has 1 to %(most)s characters."), most=LEGAL_MAX)
    row = _locked(tenant)
    kept = LegalText.objects.filter(tenant_id=row.tenant_id, kind=kind)
    newest = kept.aggregate(newest=Max("version"))["newest"] or 0
    made = LegalText.objects.create(tenant_id=row.tenant_id, kind=kind, version=newest + 1, body=text)
    _changed(tenant, row, actor, "branding.legal_published", after={"kind": kind.value, "version": made.version})
    return made


def _locked(tenant: TenantCtx, version: int | None = None) -> Branding:
    key = row_id_of(tenant)
    Branding.objects.bulk_create([Branding(tenant_id=key)], ignore_conflicts=True)
    row = Branding.objects.select_for_update().get(tenant_id=key)
    if version is not None and version != row.version:
        raise BrandingChanged(version=row.version)
    return row


def _changed(tenant: TenantCtx, row: Branding, actor: Actor, action: str, **facts: Any) -> Brand:
    row.version += 1
    row.updated_at = clock.now()
    row.save()
    audit.record(actor=actor, action=action, object=("branding", tenant.slug), **facts)
    brand = read_brand(tenant)
    forget_brand(tenant)
    transaction.on_commit(lambda: keep_brand(tenant, brand, over=True))
    return brand


def _checked(field: str, value: Any) -> Any:
    if field == "radius":
        return _within(field, value, RADIUS_MAX)
    if field == "tint":
        return _within(field, value, TINT_MAX)
    text = str(value).strip()
    if field == "colour":
        text = text.lower()
        if text and not _COLOUR.fullmatch(text):
            raise BadBranding(_("A colour is written as #rrggbb."), field=field)
    elif field.endswith("_address"):
        _check_address(field, text)
    elif _UNPRINTED.search(text) or len(text) > (SHORT_NAME_MAX if field == "short_name" else NAME_MAX):
        raise BadBranding(_("A name is one short line of letters and digits."), field=field)
    return text


def _within(field: str, value: Any, most: Any) -> Any:
    if not 0 <= value <= most:
        raise BadBranding(_("%(field)s is from 0 to %(most)s."), field=field, most=str(most))
    return value


def _check_address(field: str, text: str) -> None:
    if not text:
        return
    try:
        validate_email(text)
    except ValidationError:
        raise BadBranding(_("%(address)s is no e-mail address."), field=field, address=text[:254]) from None
    if not text.isascii() or len(text) > 254:
        raise BadBranding(_("%(address)s is no e-mail address."), field=field, address=text[:254])


def _check_sender(tenant: TenantCtx, address: str) -> None:
    domain = address.rpartition("@")[2].lower()
    if not is_proven(domain, hosts_of(tenant)):
        raise SenderNotProven(_("%(domain)s is not a verified domain of yours."), domain=domain)


def is_proven(domain: str, hosts: Sequence[str]) -> bool:
    """Whether mail may be sent from `domain`: it is a verified host, or below one."""
    return any(domain == host or domain.endswith(f".{host}") for host in hosts)


def _check_colours(row: Branding) -> None:
    colours: Colours = colours_from(row.colour, tint=Decimal(row.tint), radius=row.radius)
    worst = lowest(colours)
    if not worst.passes:
        raise ContrastTooLow(
            _("%(front)s on %(ground)s would have a contrast of %(ratio)s; at least %(needed)s."),
            front=worst.front,
            ground=worst.ground,
            theme=worst.theme,
            ratio=f"{worst.ratio:.2f}",
            needed=f"{worst.needed:.1f}",
        )


def _priced(row: Branding, prices: Sequence[tuple[Decimal, Decimal, str]]) -> tuple[list[Any], list[Any]]:
    kept = CreditPrice.objects.filter(tenant_id=row.tenant_id)
    before = [[str(p.credits), str(p.price), p.currency] for p in kept]
    if len(prices) > PRICES_MAX or len({(credits, currency) for credits, _price, currency in prices}) != len(prices):
        raise BadBranding(_("At most %(most)s prices, and one for each number of credits."), most=PRICES_MAX)
    for credits, price, currency in prices:
        if credits <= 0 or price < 0 or not _CURRENCY.fullmatch(currency):
            raise BadBranding(_("A price has credits above 0, an amount from 0, and a currency such as USD."))
    kept.delete()
    CreditPrice.objects.bulk_create(
        CreditPrice(tenant_id=row.tenant_id, credits=credits, price=price, currency=currency)
        for credits, price, currency in prices
    )
    return before, [[str(credits), str(price), currency] for credits, price, currency in prices]
