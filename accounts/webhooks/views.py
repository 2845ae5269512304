"""The pages of webhooks: a list, a form to add one, a page for each and for each delivery. Thin."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.webhooks import services
from accounts.webhooks.forms import EndpointForm, ReplayForm, RotateForm
from accounts.webhooks.models import Delivery, Endpoint
from accounts.webhooks.selectors import (
    access_delivery,
    access_endpoint,
    deliveries_of,
    endpoints_for,
    public_event_types,
)
from accounts.webhooks.types import EVERYTHING, State
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.errors import CryptoUniverseError
from cryptouniverse.kernel.secret import Secret

if TYPE_CHECKING:
    from accounts.users.models import User

DIALOGS = {"delete", "rotate", "replay"}
SHOWN = 50


@access("trading:read")
@require_GET
@never_cache
def webhooks(request: HttpRequest) -> HttpResponse:
    """The person's webhooks."""
    return render(request, "webhooks/list.html", _list_of(request))


@access("trading:read")
@require_GET
@never_cache
def panels(request: HttpRequest) -> HttpResponse:
    """The list, to be swapped in place; nothing for what is not shown here."""
    if not _asked_for(request):
        return HttpResponse(status=204)
    return render(request, "webhooks/rows.html", {**_list_of(request), "oob": True})


@access("trading:write", audit="webhook.created", step_up=True)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def add(request: HttpRequest) -> HttpResponse:
    """The form for a webhook; then its page, with the secret on it, this once."""
    person = _person(request)
    form = EndpointForm(request.POST or None, names=_names(person))
    if request.method != "POST":
        return _form_page(request, form, chosen=[EVERYTHING])
    if not form.is_valid():
        return _form_page(request, form, status=422)
    sent = form.cleaned_data
    facts = {"url": sent["url"], "description": sent["description"], "whole_tenant": sent["whole_tenant"]}
    try:
        row, secret = services.create_endpoint(owner=person, patterns=sent["events"], **facts)
    except CryptoUniverseError as error:
        return _form_page(request, form, refusal=error.sentence(gettext), status=error.status)
    return _page(request, row.public_id, secret=secret, is_new=True)


@access("trading:write", audit="webhook.changed", step_up=True)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def change(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """Another address, name or choice of events."""
    person = _person(request)
    row = access_endpoint(person, webhook_id)
    kept = {"url": row.url, "description": row.description}
    form = EndpointForm(request.POST or None, names=_names(person), initial=kept)
    if request.method != "POST":
        return _form_page(request, form, chosen=row.patterns, row=row)
    if not form.is_valid():
        return _form_page(request, form, row=row, status=422)
    sent = form.cleaned_data
    facts = {"url": sent["url"], "description": sent["description"], "patterns": sent["events"]}
    try:
        services.change_endpoint(endpoint=row, actor=person, **facts)
    except CryptoUniverseError as error:
        return _form_page(request, form, row=row, refusal=error.sentence(gettext), status=error.status)
    messages.success(request, gettext("Changed. What waits goes to the new address."))
    return redirect("webhook", webhook_id=webhook_id)


@access("trading:read")
@require_GET
def no_panels(_request: HttpRequest) -> HttpResponse:
    """What a page with nothing to refresh asks for."""
    return HttpResponse(status=204)


@access("trading:read")
@require_GET
@never_cache
def webhook(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """One webhook: its facts, what can be done with it, and what was sent."""
    return _page(request, webhook_id)


@access("trading:read")
@require_GET
@never_cache
def webhook_panels(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """Facts and deliveries of one webhook, to be swapped in place."""
    if not _asked_for(request):
        return HttpResponse(status=204)
    return render(request, "webhooks/panels.html", {**_one(request, webhook_id), "oob": True})


@access("trading:read")
@require_GET
@never_cache
def delivery(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """One delivery: what is sent, and every attempt."""
    row = access_delivery(_person(request), delivery_id)
    facts = {"delivery": row, "row": row.endpoint, "tries": list(row.tries.all()), "page": "webhooks"}
    return render(request, "webhooks/delivery.html", {**facts, **_may(_person(request))})


@access("trading:write", audit="webhook.secret_rotated", step_up=True)
@require_POST
@never_cache
def rotate(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """A new secret, shown this once."""
    row, form = access_endpoint(_person(request), webhook_id), RotateForm(request.POST)
    if not form.is_valid():
        return _said(request, webhook_id, form)
    hours = form.cleaned_data["overlap_hours"]
    secret = services.rotate_secret(endpoint=row, actor=_person(request), overlap_h=hours)
    return _page(request, webhook_id, secret=secret, overlap_h=hours)


@access("trading:write", audit="webhook.switched_on")
@require_POST
def switch_on(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """Send events again."""
    return _done(request, webhook_id, services.switch_on, gettext("Switched on: events are sent again."))


@access("trading:write", audit="webhook.switched_off")
@require_POST
def switch_off(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """Send nothing."""
    said = gettext("Switched off: nothing is sent, and what happens meanwhile is not kept for it.")
    return _done(request, webhook_id, services.switch_off, said)


@access("trading:write", audit="webhook.tested")
@require_POST
def test(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """Send an event that means nothing."""
    said = gettext("A test is on its way. What came of it shows in the list by itself.")
    return _done(request, webhook_id, services.send_test, said)


@access("trading:write", audit="webhook.replayed")
@require_POST
def replay_failed(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """Send again what was given up in the last days."""
    form = ReplayForm(request.POST)
    if not form.is_valid():
        return _said(request, webhook_id, form)
    since = clock.now() - timedelta(days=form.cleaned_data["days"])

    def act(*, endpoint: Endpoint, actor: User) -> str:
        number = services.replay_failed(endpoint=endpoint, since=since, actor=actor)
        return ngettext("%(n)d event is sent again.", "%(n)d events are sent again.", number) % {"n": number}

    return _done(request, webhook_id, act, "")


@access("trading:write", audit="webhook.replayed")
@require_POST
def replay(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Send one delivery again."""
    row = access_delivery(_person(request), delivery_id)
    try:
        services.replay(delivery=row, actor=_person(request))
    except CryptoUniverseError as error:
        messages.error(request, error.sentence(gettext))
    else:
        messages.success(request, gettext("It is sent again, under the same id."))
    return redirect("webhook-delivery", delivery_id=delivery_id)


@access("trading:write", audit="webhook.deleted")
@require_POST
def delete(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """Drop it with all it has."""
    row = access_endpoint(_person(request), webhook_id)
    services.delete_endpoint(endpoint=row, actor=_person(request))
    messages.success(request, gettext("The webhook is deleted, with its secret and its deliveries."))
    return redirect("webhooks")


def _done(request: HttpRequest, webhook_id: UUID, act: Callable[..., Any], said: str) -> HttpResponse:
    """Do it and go back to the webhook's page with a message; a refusal is said in the same place."""
    row = access_endpoint(_person(request), webhook_id)
    try:
        answer = act(endpoint=row, actor=_person(request))
    except CryptoUniverseError as error:
        messages.error(request, error.sentence(gettext))
    else:
        messages.success(request, said or str(answer))
    return redirect("webhook", webhook_id=webhook_id)


def _said(request: HttpRequest, webhook_id: UUID, form: Form) -> HttpResponse:
    messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect("webhook", webhook_id=webhook_id)


def _page(
    request: HttpRequest, webhook_id: UUID, *, secret: Secret | None = None, is_new: bool = False, overlap_h: int = 0
) -> HttpResponse:
    opened = request.GET.get("open", "")
    facts = {"opened": opened if opened in DIALOGS else "", "is_new": is_new, "overlap_h": overlap_h}
    facts["secret"] = secret.reveal() if secret else ""
    return render(request, "webhooks/one.html", {**_one(request, webhook_id), **facts})


def _form_page(
    request: HttpRequest,
    form: EndpointForm,
    *,
    chosen: list[str] | None = None,
    row: Endpoint | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    """The form to add a webhook, or to change `row`."""
    person = _person(request)
    facts = {"form": form, "refusal": refusal, "groups": _groups(person), "everything": EVERYTHING, "page": "webhooks"}
    facts["row"] = row
    facts["chosen"] = request.POST.getlist("events") if chosen is None else chosen
    return render(request, "webhooks/add.html", {**facts, **_may(person)}, status=status)


def _one(request: HttpRequest, webhook_id: UUID) -> dict[str, Any]:
    row = access_endpoint(_person(request), webhook_id)
    state = request.GET.get("state", "")
    wanted = {"state": state} if state in set(State) else {}
    deliveries = deliveries_of(row, **wanted)
    return {
        "row": row,
        "deliveries": list(deliveries[:SHOWN]),
        "state": wanted.get("state", ""),
        "dead": deliveries_of(row, state=State.DEAD).count(),
        "now": clock.now(),
        "page": "webhooks",
        **_may(_person(request)),
    }


def _list_of(request: HttpRequest) -> dict[str, Any]:
    person = _person(request)
    return {"rows": _with_last(list(endpoints_for(person))), "now": clock.now(), "page": "webhooks", **_may(person)}


def _with_last(rows: list[Endpoint]) -> list[tuple[Endpoint, Delivery | None]]:
    """Each with its newest delivery."""
    newest = Delivery.objects.filter(endpoint__in=rows).order_by("endpoint_id", "-pk").distinct("endpoint_id")
    by_endpoint = {one.endpoint_id: one for one in newest}
    return [(row, by_endpoint.get(row.pk)) for row in rows]


def _groups(person: User) -> list[tuple[str, list[str]]]:
    """Each group's pattern with the kinds of events in it."""
    groups: dict[str, list[str]] = {}
    for name in public_event_types(whole_tenant=person.may("admin:read")):
        groups.setdefault(name.split(".")[0] + ".*", []).append(name)
    return list(groups.items())


def _names(person: User) -> list[str]:
    return [EVERYTHING, *(one for pattern, names in _groups(person) for one in (pattern, *names))]


def _asked_for(request: HttpRequest) -> bool:
    return bool({"webhooks", "all"} & set(request.GET.get("only", "all").split(",")))


def _may(person: User) -> dict[str, bool]:
    return {"may_write": person.may("trading:write"), "may_all": person.may("admin:read")}


def _person(request: HttpRequest) -> User:
    return cast("User", request.user)  # signed in: the rule asked
