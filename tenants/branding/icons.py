"""Where the picture is that stands for a brand."""

from __future__ import annotations

from django.templatetags.static import static

from tenants.branding.types import Brand


def icon_of(brand: Brand) -> str:
    """The address of the picture that stands for the brand."""
    if brand.logo:
        return f"/brand/logo/{brand.logo}"
    return f"/brand/mark.svg?v={brand.version}" if brand.white_label else static("img/mark.svg")
