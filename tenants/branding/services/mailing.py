"""Mails in a tenant's name: its sender, its look, links to its own domain, and nothing of the platform."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import formataddr, make_msgid
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from cryptouniverse.kernel.context import TenantCtx, current_tenant
from tenants.branding.contrast import colour_of
from tenants.branding.selectors import brand_of
from tenants.branding.services.changing import is_proven
from tenants.branding.types import Brand
from tenants.provisioning.selectors import hosts_of, origin_of


def sender_of(tenant: TenantCtx) -> tuple[str, str]:
    """(name, address) that mails of `tenant` come from.

    Its own address while the domain is verified; else no-reply at its primary host, or the platform's address where the
    tenant shows the platform's name.
    """
    brand, hosts = brand_of(tenant), hosts_of(tenant)
    name = brand.sender_name or brand.name
    if brand.sender_address and is_proven(brand.sender_address.rpartition("@")[2].lower(), hosts):
        return name, brand.sender_address
    if brand.white_label and hosts:
        return name, f"no-reply@{hosts[0]}"
    return name, settings.DEFAULT_FROM_EMAIL


def mail_to(address: str, *, subject: str, template: str, facts: Mapping[str, Any]) -> EmailMultiAlternatives:
    """A mail of the active tenant, to be sent by `.send()`.

    template: "mail/welcome" stands for `mail/welcome.txt` and `mail/welcome.html`, which extend `mail/base.*`; they see
    `facts`, `brand`, `origin` (`https://host` of the tenant's primary domain) and `paint` (colours as hex).
    subject: translated; line breaks in it become blanks.
    """
    tenant = current_tenant()
    brand = brand_of(tenant)
    name, sender = sender_of(tenant)
    known = {**facts, "brand": brand, "origin": origin_of(tenant), "paint": paint_of(brand), "subject": subject}
    mail = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=render_to_string(f"{template}.txt", known).strip() + "\n",
        from_email=formataddr((name, sender)),
        to=[address],
        reply_to=[brand.support_address] if brand.support_address else None,
        headers={"Message-ID": make_msgid(domain=sender.rpartition("@")[2])},  # else it names the machine
    )
    mail.attach_alternative(render_to_string(f"{template}.html", known), "text/html")
    return mail


def paint_of(brand: Brand) -> dict[str, str]:
    """The light theme's colours as hex: mail programs know no other."""
    names = ("bg", "panel", "line", "text", "text-2", "accent", "accent-fill", "on-accent")
    return {name.replace("-", "_"): colour_of(name, "light", brand.colours).hex() for name in names}
