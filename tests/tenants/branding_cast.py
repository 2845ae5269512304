"""A branded tenant: Northgate, with its own domain, logo, colours, sender and texts. And pictures to send."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from cryptouniverse.kernel import clock
from tenants.branding.services import publish_legal_text, set_logo, update_branding
from tenants.branding.types import LegalKind
from tenants.provisioning.domains import add_domain, make_primary
from tenants.provisioning.models import Domain
from tenants.provisioning.selectors import forget_hosts

HOST = "desk.northgate.com"
CHANGES = {
    "name": "Northgate Desk",
    "short_name": "Northgate",
    "colour": "#0f8b8d",
    "sender_name": "Northgate",
    "sender_address": f"mail@{HOST}",
    "support_address": "help@northgate.com",
}


def picture(kind: str = "PNG", size=(64, 48), mode: str = "RGBA", **options) -> bytes:
    """A picture's bytes."""
    written = BytesIO()
    colour = (10, 120, 130, 255) if mode == "RGBA" else (10, 120, 130)
    Image.new(mode, size, colour).save(written, format=kind, **options)
    return written.getvalue()


def given_domain(tenant, actor, name: str = HOST) -> None:
    """A domain that has been proven, and is the primary one."""
    add_domain(tenant=tenant, name=name, actor=actor)
    Domain.objects.filter(domain=name, tenant__public_id=tenant.id).update(state="verified", proven_at=clock.now())
    make_primary(tenant=tenant, name=name, actor=actor)
    forget_hosts()


def given_brand(tenant, actor) -> None:
    """Everything that can be branded, branded."""
    given_domain(tenant, actor)
    update_branding(tenant=tenant, actor=actor, changes=CHANGES)
    set_logo(tenant=tenant, actor=actor, sent=picture())
    for kind in LegalKind:
        publish_legal_text(tenant=tenant, actor=actor, kind=kind, body=f"# {kind.value.title()}\n\nWords of Northgate.")
