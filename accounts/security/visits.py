"""What a request says of where it comes from and where it was sent to."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, ngettext

from cryptouniverse.kernel.addresses import client_address

MINUTE_S, HOUR_S = 60, 3_600


def address_of(request: HttpRequest) -> str | None:
    """The network address of the other side; what it says of itself in a header does not count."""
    return client_address(request)


def origin_of(request: HttpRequest) -> str:
    """Scheme and host that the browser sees, such as "https://acme.example"."""
    return f"{request.scheme}://{request.get_host()}"


def safe_next(request: HttpRequest, asked: str, default: str = "/") -> str:
    """`asked` if it is a page of this host, else `default`."""
    return asked if url_has_allowed_host_and_scheme(asked, {request.get_host()}, request.is_secure()) else default


def path_of(url: str) -> str:
    """Path and query of an address of this host."""
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def wait_in_words(seconds: int) -> str:
    """How long to wait, for a person. The same for every account, also for one that nobody has."""
    if seconds < MINUTE_S:
        told = ngettext("%(n)s second", "%(n)s seconds", seconds) % {"n": seconds}
    elif seconds < HOUR_S:
        minutes = -(-seconds // MINUTE_S)
        told = ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    else:
        hours = -(-seconds // HOUR_S)
        told = ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    return gettext("Too many wrong tries. Try again in %(time)s, or follow the link that we mailed.") % {"time": told}
