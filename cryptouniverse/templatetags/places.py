"""Addresses of pages that show one portfolio: from a page that shows one they lead to the same."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.template import Context
from django.urls import reverse

register = template.Library()


@register.simple_tag(takes_context=True)
def place(context: Context, name: str) -> str:
    """The address of the page `name` ("desk", "trade", "risk"), for the portfolio that this page shows, if any."""
    shown = _shown(context)
    return reverse(name) + (f"?{urlencode({'portfolio': shown})}" if shown else "")


@register.simple_tag(takes_context=True)
def stop_all(context: Context) -> str:
    """Where trading is stopped: of the portfolio that this page shows, else of all that the person has."""
    shown = _shown(context)
    asked = {"portfolio": shown, "open": "stop"} if shown else {"open": "stop", "level": "user"}
    return f"{reverse('desk')}?{urlencode(asked)}"


def _shown(context: Context) -> Any:
    """The id of the portfolio that the page shows, "" for none."""
    desk = context.get("desk")
    chosen = getattr(desk, "shown", None)
    if chosen is not None:
        return chosen.id
    return getattr(context.get("portfolio"), "public_id", "")
