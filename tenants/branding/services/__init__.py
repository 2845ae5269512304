"""Writing a brand, and speaking in its name."""

from tenants.branding.services.changing import (
    publish_legal_text,
    remove_logo,
    reset_branding,
    set_logo,
    update_branding,
)
from tenants.branding.services.mailing import mail_to, sender_of

__all__ = [
    "mail_to",
    "publish_legal_text",
    "remove_logo",
    "reset_branding",
    "sender_of",
    "set_logo",
    "update_branding",
]
