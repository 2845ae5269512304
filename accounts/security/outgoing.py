"""How identity providers are asked: over the one way out that reaches public addresses only.

allauth speaks through `requests`; this carries what it sends. An administrator's issuer cannot make us ask the inside.
"""

from __future__ import annotations

from typing import Any

import httpx
import requests
from django.conf import settings
from requests.adapters import BaseAdapter

from cryptouniverse.kernel.egress.errors import BadAddress, NoUsableAnswer
from cryptouniverse.kernel.egress.sending import PublicTransport


def checked_session() -> requests.Session:
    """A session whose every request goes out by the checked way; it follows no redirect."""
    session = requests.Session()
    session.trust_env = False
    session.headers["Accept-Encoding"] = "identity"
    session.max_redirects = 0
    for scheme in ("https://", "http://"):
        session.mount(scheme, CheckedWay())
    return session


class CheckedWay(BaseAdapter):
    """One exchange with a checked address. Raises requests' ConnectionError for one that is not public."""

    def send(self, request: Any, *_: Any, **_others: Any) -> requests.Response:
        """Send it, and give back what was answered."""
        headers = {name: value for name, value in request.headers.items() if name.lower() != "host"}
        transport = PublicTransport(allowed=settings.CU.egress_allowed(), keep_body=True)
        try:
            with httpx.Client(transport=transport, trust_env=False, follow_redirects=False) as client:
                got = client.request(request.method, request.url, content=request.body, headers=headers)
        except (BadAddress, NoUsableAnswer) as error:
            raise requests.ConnectionError("the provider cannot be reached") from error
        answer = requests.Response()
        answer.status_code, answer.url, answer.request = got.status_code, str(request.url), request
        answer.headers.update(got.headers)
        answer._content = got.content
        return answer

    def close(self) -> None:
        """Nothing is kept open."""
