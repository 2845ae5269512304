"""The pages of connections: a list, a form to add one, a page for each. Thin: parse, call one service, answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.access import Counted, access
from cryptouniverse.kernel.errors import CryptoUniverseError
from tenants.provisioning.selectors import live_trading
from tenants.provisioning.services import set_live_trading
from trading.connections import services
from trading.connections.forms import FORMS, KeyForm, LabelForm, ReasonForm, TermsForm
from trading.connections.models import Connection
from trading.connections.selectors import access_connection, connections_for, missing_at, missing_yeses
from trading.connections.types import TERMS_VERSION, VENUES, Kind, Yes
from trading.exchanges.types import CLOCK_OFFSET_MS_MAX

if TYPE_CHECKING:
    from django.forms import Form

    from accounts.users.models import User

DIALOGS = {"delete", "deactivate", "rotate", "live"}
SANDBOX_LABEL = "Sandbox"
ASKED = (Yes.PLATFORM, Yes.TENANT, Yes.VENUE, Yes.CONNECTION)


@access("trading:read")
@require_GET
@never_cache
def connections(request: HttpRequest) -> HttpResponse:
    """The person's connections."""
    return render(request, "connections/list.html", _list_of(request))


@access("trading:read")
@require_GET
@never_cache
def panels(request: HttpRequest) -> HttpResponse:
    """The list, to be swapped in place; nothing for what is not shown here."""
    if not _asked_for(request):
        return HttpResponse(status=204)
    return render(request, "connections/rows.html", {**_list_of(request), "oob": True})


@access("trading:read")
@require_GET
@never_cache
def connection_panels(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """The facts of one connection, to be swapped in place; nothing for what is not shown here."""
    if not _asked_for(request):
        return HttpResponse(status=204)
    return render(request, "connections/facts.html", {**_one(request, connection_id), "oob": True})


@access("trading:read")
@require_GET
def no_panels(_request: HttpRequest) -> HttpResponse:
    """What a page with nothing to refresh asks for."""
    return HttpResponse(status=204)


@access("trading:write", audit="connection.created", step_up=True)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("api_key", "secret")
def add(request: HttpRequest) -> HttpResponse:
    """The form for one kind of connection, and what becomes of it."""
    named = request.GET.get("kind", Kind.SANDBOX.value)
    kind = Kind(named) if named in set(Kind) else Kind.SANDBOX
    form = FORMS[kind](request.POST or None)
    refusal: CryptoUniverseError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            row = _created(_person(request), kind, form)
        except CryptoUniverseError as error:
            refusal = error
        else:
            messages.success(request, gettext("%(label)s is connected. Activate it to trade there.") % {"label": row})
            return redirect("connection", connection_id=row.public_id)
    facts: dict[str, Any] = {
        "form": form,
        "kind": kind.value,
        "kinds": list(Kind),
        "refusal": refusal,
        "terms_version": TERMS_VERSION,
    }
    if kind == Kind.LIVE:
        facts["missing"] = list(missing_at(VENUES[0]))
    return render(request, "connections/add.html", {**facts, **_shell()}, status=_status(form, refusal))


@access("trading:write", audit="connection.created", step_up=True)
@require_POST
def open_sandbox(request: HttpRequest) -> HttpResponse:
    """One press: a practice account with play money, and a connection to it."""
    owner = _person(request)
    taken = set(connections_for(owner).values_list("label", flat=True))
    label = next(name for name in _labels() if name not in taken)
    try:
        row = services.open_sandbox_account(owner=owner, label=label)
    except CryptoUniverseError as error:
        messages.error(request, error.sentence(gettext))
        return redirect("connections")
    messages.success(
        request, gettext("A sandbox account with 100,000 USDT of play money is open. Activate it to trade.")
    )
    return redirect("connection", connection_id=row.public_id)


@access("trading:read")
@require_GET
@never_cache
def connection(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """One connection: its facts, and what can be done with it."""
    return _page(request, connection_id)


@access("trading:write", audit="connection.renamed")
@require_POST
def rename(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Give it another label."""
    form = LabelForm(request.POST)
    return _done(request, connection_id, form, _rename, gettext("Renamed."))


@access("trading:execute", audit="connection.check_asked", counted=Counted.TEST)
@require_POST
def test(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Have the trader ask the exchange about the key."""
    said = gettext("The exchange is being asked. The answer shows here by itself.")
    return _done(request, connection_id, None, services.ask_for_check, said)


@access("trading:execute", audit="connection.activated")
@require_POST
def activate(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Let entries go there."""
    return _done(request, connection_id, None, services.activate, gettext("Active: bots may trade there."))


@access("trading:execute", audit="connection.deactivated")
@require_POST
def deactivate(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """No more entries there."""
    said = gettext("Switched off: nothing new is bought there. Stops and exits go on.")
    return _done(request, connection_id, None, services.deactivate, said)


@access("trading:execute", audit="connection.entries_allowed", step_up=True)
@require_POST
def allow(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Let entries go there again after a stop."""
    return _done(request, connection_id, ReasonForm(request.POST), _allow, gettext("Entries are allowed again."))


@access("trading:write", audit="connection.autonomous_allowed", step_up=True)
@require_POST
def live(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Let bots buy there for real money."""
    said = gettext("This account's yes is given. Each bot needs its own.")
    return _done(request, connection_id, TermsForm(request.POST), _allow_autonomous, said)


@access("trading:execute", audit="connection.autonomous_ended")
@require_POST
def end_live(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """No bot buys there for real money any more."""
    said = gettext("No bot buys there any more. Stops and exits go on.")
    return _done(request, connection_id, None, services.end_autonomous, said)


@access("system:write", audit="tenant.live_allowed", step_up=True)
@require_POST
def allow_everybody(request: HttpRequest) -> HttpResponse:
    """The organisation's yes to trading for real money."""
    set_live_trading(allowed=True, actor=_person(request))
    messages.success(request, gettext("People here may connect live accounts."))
    return redirect("connections")


@access("system:write", audit="tenant.live_ended")
@require_POST
def end_for_everybody(request: HttpRequest) -> HttpResponse:
    """The organisation takes its yes back."""
    set_live_trading(allowed=False, actor=_person(request))
    messages.success(request, gettext("Nothing new is bought for real money here. Stops and exits go on."))
    return redirect("connections")


@access("trading:write", audit="connection.rotated", step_up=True)
@require_POST
@sensitive_post_parameters("api_key", "secret")
def rotate(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Replace its key."""
    said = gettext("The new key was tested and is in use. Delete the old one at the exchange.")
    return _done(request, connection_id, KeyForm(request.POST), _rotate, said)


@access("trading:write", audit="connection.deleted", step_up=True)
@require_POST
def delete(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Destroy its key and let the account go."""
    row = access_connection(_person(request), connection_id)
    services.delete(connection=row, actor=_person(request))
    messages.success(request, gettext("%(label)s is deleted and its key destroyed.") % {"label": row.label})
    return redirect("connections")


def _created(owner: User, kind: Kind, form: LabelForm) -> Connection:
    sent = form.cleaned_data
    return services.create_connection(
        owner=owner,
        venue=sent["venue"],
        kind=kind,
        label=sent["label"],
        credentials=form.credentials() if isinstance(form, KeyForm) else None,
        terms_version=sent.get("terms", ""),
    )


def _allow_autonomous(*, connection: Connection, actor: User, terms: str) -> None:
    services.allow_autonomous(connection=connection, terms_version=terms, actor=actor)


def _rename(*, connection: Connection, actor: User, label: str) -> None:
    services.rename(connection=connection, label=label, actor=actor)


def _allow(*, connection: Connection, actor: User, reason: str) -> None:
    services.allow_entries(connection=connection, actor=actor, reason=reason)


def _rotate(*, connection: Connection, actor: User, form: KeyForm) -> None:
    services.rotate(connection=connection, credentials=form.credentials(), actor=actor)


def _done(
    request: HttpRequest, connection_id: UUID, form: Form | None, act: Callable[..., Any], said: str
) -> HttpResponse:
    """Do it and go back to the connection's page with a message; a refusal is said in the same place."""
    row = access_connection(_person(request), connection_id)
    if form is not None and not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("connection", connection_id=connection_id)
    sent: dict[str, Any] = {"form": form} if isinstance(form, KeyForm) else dict(form.cleaned_data) if form else {}
    try:
        act(connection=row, actor=_person(request), **sent)
    except CryptoUniverseError as error:
        messages.error(request, error.sentence(gettext))
    else:
        messages.success(request, said)
    return redirect("connection", connection_id=connection_id)


def _page(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    opened = request.GET.get("open", "")
    facts = {"opened": opened if opened in DIALOGS else "", "label_form": LabelForm(), **_shell()}
    return render(request, "connections/one.html", {**facts, **_one(request, connection_id)})


def _one(request: HttpRequest, connection_id: UUID) -> dict[str, Any]:
    row = access_connection(_person(request), connection_id)
    facts = {"row": row, "now": clock.now(), "clock_max_ms": CLOCK_OFFSET_MS_MAX, **_may(request)}
    if row.kind == Kind.LIVE:
        missing = missing_yeses(row.pk)
        facts |= {"yeses": [(who.value, who not in missing) for who in ASKED], "terms_version": TERMS_VERSION}
    return facts


def _list_of(request: HttpRequest) -> dict[str, Any]:
    rows = list(connections_for(_person(request)))
    there = bool(settings.CU.cu_sandbox_url)
    return {
        "rows": rows,
        "now": clock.now(),
        "clock_max_ms": CLOCK_OFFSET_MS_MAX,
        "sandbox_there": there,
        **_live_here(request),
        **_may(request),
        **_shell(),
    }


def _live_here(request: HttpRequest) -> dict[str, bool]:
    """For who decides it for everybody: whether real money may be traded with here."""
    if not _person(request).may("system:write"):
        return {}
    return {"may_decide": True, "live_here": live_trading(), "live_on_platform": bool(settings.LIVE_TRADING)}


def _asked_for(request: HttpRequest) -> bool:
    return bool({"connections", "all"} & set(request.GET.get("only", "all").split(",")))


def _may(request: HttpRequest) -> dict[str, bool]:
    person = _person(request)
    return {"may_write": person.may("trading:write"), "may_execute": person.may("trading:execute")}


def _shell() -> dict[str, Any]:
    return {"page": "connections", "sandbox_there": bool(settings.CU.cu_sandbox_url)}


def _status(form: LabelForm, refusal: CryptoUniverseError | None) -> int:
    if refusal is not None:
        return refusal.status
    return 422 if form.errors else 200


def _labels() -> Any:
    yield SANDBOX_LABEL
    number = 2
    while True:
        yield f"{SANDBOX_LABEL} {number}"
        number += 1


def _person(request: HttpRequest) -> User:
    return cast("User", request.user)  # signed in: the rule asked
