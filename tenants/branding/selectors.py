"""Reading a brand. It is asked for on every page: kept in the cache that all processes share, for an hour."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict, replace
from decimal import Decimal
from typing import Any, Final

from django.core.cache import caches
from redis.exceptions import RedisError

from cryptouniverse.kernel.context import TenantCtx, tenant_or_none
from tenants.branding.colour import from_hex
from tenants.branding.errors import NoLegalText
from tenants.branding.models import Branding, BrandLogo, CreditPrice, LegalText
from tenants.branding.types import CHROMA_MAX, NEUTRAL, PLATFORM, Brand, Colours, LegalKind, Pack

KEPT_S: Final = 3_600
_THOUSANDTH, _TENTH = Decimal("0.001"), Decimal("0.1")
log = logging.getLogger(__name__)


def current_brand() -> Brand:
    """The brand of the active tenant; where there is none, one that names nobody."""
    tenant = tenant_or_none()
    return brand_of(tenant) if tenant else NEUTRAL


def brand_of(tenant: TenantCtx) -> Brand:
    """The brand of `tenant`: the platform's own where it has chosen nothing. No query while it is remembered."""
    try:
        kept = caches["global"].get(_key(tenant))
    except RedisError as error:
        log.warning("brand_not_cached", extra={"error": str(error)})
        return read_brand(tenant)
    if kept is not None:
        return _revived(kept)
    brand = read_brand(tenant)
    keep_brand(tenant, brand, over=False)
    return brand


def read_brand(tenant: TenantCtx) -> Brand:
    """The same, from the database."""
    row = Branding.objects.filter(tenant__public_id=tenant.id).first()
    packs = tuple(Pack(one.credits, one.price, one.currency) for one in credit_prices(tenant)) if row else ()
    legal = LegalText.objects.filter(tenant__public_id=tenant.id).values_list("kind", flat=True)
    published = tuple(kind.value for kind in LegalKind if kind in set(legal.distinct()))
    if row is None:
        return replace(PLATFORM, legal=published)
    logo = BrandLogo.objects.filter(tenant__public_id=tenant.id).values_list("digest", "kind").first()
    return Brand(
        name=row.name or PLATFORM.name,
        short_name=row.short_name or row.name or PLATFORM.short_name,
        white_label=bool(row.name),
        version=row.version,
        colour=row.colour,
        colours=colours_from(row.colour, tint=row.tint, radius=row.radius),
        logo=f"{logo[0]}.{logo[1]}" if logo else "",
        sender_name=row.sender_name,
        sender_address=row.sender_address,
        support_address=row.support_address,
        legal=published,
        packs=packs,
    )


def keep_brand(tenant: TenantCtx, brand: Brand, *, over: bool) -> None:
    """Remember it. over: also where one is remembered already; a reader, which may be late, does not write over."""
    cache = caches["global"]
    try:
        (cache.set if over else cache.add)(_key(tenant), asdict(brand), KEPT_S)
    except RedisError as error:
        log.warning("brand_not_cached", extra={"error": str(error)})


def forget_brand(tenant: TenantCtx) -> None:
    """Remember it no more."""
    try:
        caches["global"].delete(_key(tenant))
    except RedisError as error:
        log.warning("brand_not_cached", extra={"error": str(error)})


def colours_from(colour: str, *, tint: Decimal, radius: int) -> Colours:
    """Hue and chroma of a hex colour, which keeps nothing of its lightness. Raises ValueError for what is no colour."""
    if not colour:
        return Colours(tint=tint.quantize(_THOUSANDTH), radius=radius)
    found = from_hex(colour)
    hue, chroma = Decimal(found.hue).quantize(_TENTH) % 360, Decimal(found.chroma).quantize(_THOUSANDTH)
    return Colours(hue=hue, chroma=min(chroma, CHROMA_MAX), tint=tint.quantize(_THOUSANDTH), radius=radius)


def logo_content(tenant: TenantCtx, *, digest: str, kind: str) -> bytes | None:
    """The bytes of the tenant's logo, if it still is this one."""
    found = BrandLogo.objects.filter(tenant__public_id=tenant.id, digest=digest, kind=kind)
    content = found.values_list("content", flat=True).first()
    return None if content is None else bytes(content)


def legal_text(tenant: TenantCtx, kind: str, version: int | None = None) -> LegalText:
    """The text in force, or the version that is named. Raises NoLegalText."""
    rows = LegalText.objects.filter(tenant__public_id=tenant.id, kind=kind).order_by("-version")
    found = (rows if version is None else rows.filter(version=version)).first()
    if found is None:
        raise NoLegalText(kind=kind[:20])
    return found


def credit_prices(tenant: TenantCtx) -> Sequence[CreditPrice]:
    """What the tenant asks for credits, the smallest pack first."""
    return list(CreditPrice.objects.filter(tenant__public_id=tenant.id).order_by("currency", "credits"))


def _key(tenant: TenantCtx) -> str:
    return f"brand:{tenant.id}"


def _revived(kept: dict[str, Any]) -> Brand:
    packs = tuple(Pack(**one) for one in kept.get("packs", ()))
    return Brand(**{**kept, "colours": Colours(**kept["colours"]), "legal": tuple(kept["legal"]), "packs": packs})
