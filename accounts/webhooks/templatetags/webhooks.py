"""How webhooks are shown: reasons in words, states as badges, a body that can be read."""

from __future__ import annotations

import json

from django import template
from django.utils.translation import gettext

from accounts.webhooks.models import Attempt

register = template.Library()


@register.filter
def outcome(attempt: Attempt) -> str:
    """What came of an attempt, and where the fault is to be looked for."""
    if attempt.took_ms is None:
        return gettext("Under way, or interrupted: it is sent again.")
    if not attempt.reason:
        return gettext("Delivered")
    status = attempt.status
    reasons = {
        "status": gettext("Your server answered %(status)s: it must answer 200 to 299."),
        "redirect": gettext("Your server answered %(status)s: redirects are not followed. Give the final address."),
        "timeout": gettext("Your server took longer than ten seconds: answer first, work later."),
        "unreachable": gettext("Nobody answers at this address on port 443."),
        "unresolved": gettext("The name cannot be found: look at its DNS records."),
        "not_public": gettext("The name leads to an address that is not public: we do not send there."),
        "bad_address": gettext("This address is not one that we send to."),
        "tls": gettext("The certificate is not valid for this name, or has expired."),
        "too_large": gettext("The answer is too long: a status is enough."),
        "protocol": gettext("What came back is no HTTP answer."),
        "unsigned": gettext("We could not sign it. This is our fault; we try again."),
    }
    return reasons.get(attempt.reason, attempt.reason) % {"status": status}


@register.filter
def readable(body: str) -> str:
    """JSON with line breaks; a text that is none stays as it is."""
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body


@register.filter
def listed(patterns: list[str]) -> str:
    """The kinds of events, in a row."""
    return gettext("All events") if patterns == ["*"] else ", ".join(patterns)
