"""The pages of API keys: a list with a form to make one, a page for each. Thin: parse, call one service, answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.apikeys import services
from accounts.apikeys.forms import EXPIRIES, OVERLAPS, NameForm, NewKeyForm, RotateForm
from accounts.apikeys.models import ApiKey
from accounts.apikeys.selectors import access_key, access_owner, keys_for, programs_for
from accounts.apikeys.wording import SCOPE_WORDS
from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.errors import CryptoUniverseError
from cryptouniverse.kernel.secret import Secret

if TYPE_CHECKING:
    from accounts.users.models import User

DIALOGS = {"create", "rotate", "revoke"}
ENDED_SHOWN = 20
ENDED = {"expired", "revoked"}


@access("trading:read")
@require_GET
@never_cache
def keys(request: HttpRequest) -> HttpResponse:
    """The person's keys."""
    return _list(request)


@access("trading:read")
@require_GET
def no_panels(_request: HttpRequest) -> HttpResponse:
    """What a page with nothing to refresh asks for."""
    return HttpResponse(status=204)


@access("trading:read", audit="apikey.created", step_up=True)
@require_POST
@never_cache
def create(request: HttpRequest) -> HttpResponse:
    """Make a key and show it, this once: it is in this answer, so there is no redirect and no copy of it."""
    person = _person(request)
    form = NewKeyForm(request.POST, person=person)
    if not form.is_valid():
        return _list(request, form=form, status=422)
    try:
        owner = access_owner(person, form.cleaned_data["owner"])
        row, text = services.create_key(owner=owner, actor=person, **form.facts())
    except CryptoUniverseError as error:
        return _list(request, form=form, refusal=error, status=error.status)
    return _shown_once(request, row, text)


@access("trading:read")
@require_GET
@never_cache
def key(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """One key: what is known of it, and what can be done with it."""
    row = access_key(_person(request), key_id)
    opened = request.GET.get("open", "")
    facts = {"row": row, "scopes": _worded(row.scopes), "overlaps": OVERLAPS, "page": "keys"}
    return render(request, "apikeys/one.html", {**facts, "opened": opened if opened in DIALOGS else ""})


@access("trading:read", audit="apikey.renamed")
@require_POST
def rename(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """Give it another name."""
    person = _person(request)
    row, form = access_key(person, key_id), NameForm(request.POST)
    if form.is_valid():
        services.rename_key(key=row, actor=person, name=form.cleaned_data["name"])
        messages.success(request, gettext("Renamed."))
    else:
        messages.error(request, " ".join(str(error) for error in form.errors["name"]))
    return redirect("key", key_id=key_id)


@access("trading:read", audit="apikey.rotated", step_up=True)
@require_POST
@never_cache
def rotate(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """Make a key in its place and show it, this once."""
    person = _person(request)
    row, form = access_key(person, key_id), RotateForm(request.POST)
    try:
        hours = form.cleaned_data["overlap_hours"] if form.is_valid() else 0
        new, text = services.rotate_key(key=row, actor=person, overlap_hours=hours)
    except CryptoUniverseError as error:
        messages.error(request, error.sentence(gettext))
        return redirect("key", key_id=key_id)
    row.refresh_from_db()
    return _shown_once(request, new, text, old=row)


@access("trading:read", audit="apikey.revoked")
@require_POST
def revoke(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """End it at once."""
    person = _person(request)
    row = services.revoke_key(key=access_key(person, key_id), actor=person)
    messages.success(request, gettext("%(name)s is revoked: it opens nothing any more.") % {"name": row.name})
    return redirect("keys")


def _shown_once(request: HttpRequest, row: ApiKey, text: Secret, *, old: ApiKey | None = None) -> HttpResponse:
    return _list(request, shown={"row": row, "text": text.reveal(), "old": old}, status=201)


def _list(
    request: HttpRequest,
    *,
    form: NewKeyForm | None = None,
    refusal: CryptoUniverseError | None = None,
    shown: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    person = _person(request)
    rows = list(keys_for(person))
    facts = {
        "rows": [row for row in rows if row.status not in ENDED],
        "ended": [row for row in rows if row.status in ENDED][:ENDED_SHOWN],
        "form": form or NewKeyForm(person=person),
        "refusal": _said(refusal) if refusal else None,
        "shown": shown,
        "programs": programs_for(person),
        "expiries": EXPIRIES,
        "opened": "create" if form or request.GET.get("open") == "create" else "",
        "page": "keys",
    }
    return render(request, "apikeys/list.html", facts, status=status)


def _said(error: CryptoUniverseError) -> dict[str, str]:
    title, detail = gettext(error.title), error.sentence(gettext)
    return {"title": title, "detail": "" if detail == title else detail}


def _worded(scopes: list[str]) -> list[dict[str, Any]]:
    found = []
    for scope in scopes:
        title, meaning = SCOPE_WORDS[scope]
        found.append({"scope": scope, "title": title, "meaning": meaning})
    return found


def _person(request: HttpRequest) -> User:
    return cast("User", request.user)  # signed in: the rule asked
