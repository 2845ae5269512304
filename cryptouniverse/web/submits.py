"""Forms that are sent twice: what tells a repeat from another wish."""

import hashlib
import json

from django.http import QueryDict


def submit_key(sent: QueryDict) -> str:
    """The same for each time that a form is sent as it was opened and filled; "" of a form that carries no `key`.

    Another button, or one other letter in a field, makes another key: it is another wish.
    """
    said = sorted((name, texts) for name, texts in sent.lists() if name != "csrfmiddlewaretoken")
    return hashlib.sha256(json.dumps(said).encode()).hexdigest() if sent.get("key") else ""
