"""The brand on pages: `{% brand as brand %}` gives it, with or without a request."""

from __future__ import annotations

from django import template

from tenants.branding.icons import icon_of
from tenants.branding.selectors import current_brand
from tenants.branding.types import Brand

register = template.Library()


@register.simple_tag
def brand() -> Brand:
    """The active tenant's brand; a nameless one where there is no tenant."""
    return current_brand()


@register.simple_tag
def brand_icon(shown: Brand) -> str:
    """The address of the picture that stands for the brand."""
    return icon_of(shown)
