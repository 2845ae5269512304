"""Pages of the limits that stand above portfolios: of the organisation, a person, a connection, a bot.

Each asks what the API asks for the same change, and calls the same service.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.views import View
from django.views.decorators.cache import never_cache

from accounts.users.selectors import access_person, people
from cryptouniverse.kernel.access import access, confirmed
from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.errors import CryptoUniverseError, NotAllowed, NotFound
from cryptouniverse.web.risk_forms import CapsForm
from cryptouniverse.web.risk_reading import symbols_now
from cryptouniverse.web.risk_types import CapRow
from cryptouniverse.web.trade_parts import person
from strategies.bots.selectors import access_bot
from trading.ceilings.caps import CAP_OF
from trading.ceilings.columns import MODES
from trading.ceilings.types import Level, Mode
from trading.connections.selectors import access_connection
from trading.portfolio.selectors import rights_on
from trading.risk.selectors import ceiling_of, ceilings_on
from trading.risk.services import change_ceiling

if TYPE_CHECKING:
    pass

PEOPLE_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose limits a page is of. whose: the person whose trading it is, if it is one's. said: for whom they hold.

    guarded: a change asks who is there first. currency: of amounts, where it is one.
    """

    level: Level
    subject: UUID
    name: str
    said: str
    may: bool
    back: str
    template: str = "risk/ceiling.html"
    whose: UUID | None = None
    guarded: bool = True
    currency: str = ""
    more: dict[str, Any] = field(default_factory=dict)


@method_decorator(never_cache, name="dispatch")
class TenantLimits(View):
    """Limits above everybody's portfolios in the organisation, and the way to each person's."""

    @access("admin:read")
    def get(self, request: HttpRequest) -> HttpResponse:
        """The form, and people to choose from."""
        return _page(request, _of_tenant(request))

    @access("admin:write", audit="ceiling.changed", step_up=True)
    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Change those that differ from what was shown."""
        return _changed(request, _of_tenant(request))


@method_decorator(never_cache, name="dispatch")
class PersonLimits(View):
    """Limits above one person's portfolios."""

    @access("users:read")
    def get(self, request: HttpRequest, user_id: UUID) -> HttpResponse:
        """The form. Raises UnknownPerson."""
        return _page(request, _of_person(request, user_id, "users:read"))

    @access("users:write", audit="ceiling.changed", step_up=True)
    def post(self, request: HttpRequest, user_id: UUID) -> HttpResponseBase:
        """Change those that differ from what was shown."""
        return _changed(request, _of_person(request, user_id, "users:write"))


@method_decorator(never_cache, name="dispatch")
class ConnectionLimits(View):
    """Limits above what one connection trades with."""

    @access("portfolio:read")
    def get(self, request: HttpRequest, connection_id: UUID) -> HttpResponse:
        """The form. Raises UnknownConnection."""
        return _page(request, _of_connection(request, connection_id))

    @access("portfolio:write", audit="ceiling.changed", step_up=True)
    def post(self, request: HttpRequest, connection_id: UUID) -> HttpResponseBase:
        """Change those that differ from what was shown."""
        return _changed(request, _of_connection(request, connection_id))


@method_decorator(never_cache, name="dispatch")
class BotLimits(View):
    """Limits of one bot, above those of its portfolio."""

    @access("trading:read")
    def get(self, request: HttpRequest, bot_id: UUID) -> HttpResponse:
        """The form. Raises UnknownBot."""
        return _page(request, _of_bot(request, bot_id, "trading:read"))

    @access("trading:write", audit="ceiling.changed")
    def post(self, request: HttpRequest, bot_id: UUID) -> HttpResponseBase:
        """Change those that differ from what was shown."""
        return _changed(request, _of_bot(request, bot_id, "trading:write"))


def _of_tenant(request: HttpRequest) -> Whose:
    user, tenant = person(request), current_tenant()
    return Whose(
        level=Level.TENANT,
        subject=tenant.id,
        name=tenant.slug,
        said=gettext("They hold for everybody in the organisation, whatever people and portfolios say themselves."),
        may=user.may("admin:write"),
        back=reverse("tenant-limits"),
        template="settings/limits.html",
        more={"part": "limits", "page": "limits", **(_people(request) if user.may("users:read") else {})},
    )


def _people(request: HttpRequest) -> dict[str, Any]:
    asked = request.GET.get("q", "").strip()
    found = people().filter(Q(email__icontains=asked) | Q(display_name__icontains=asked)) if asked else people()
    shown = Paginator(found, PEOPLE_SHOWN).get_page(request.GET.get("page"))
    limited = ceilings_on(Level.USER, [one.public_id for one in shown])
    rows = [(one, any(getattr(limited.get(one.public_id), name, None) is not None for name in CAP_OF)) for one in shown]
    return {"finds": True, "q": asked, "people": rows, "shown": shown}


def _of_person(request: HttpRequest, user_id: UUID, permission: str) -> Whose:
    found = access_person(person(request), user_id, permission=permission)
    return Whose(
        level=Level.USER,
        subject=found.public_id,
        name=found.get_full_name() or found.email,
        said=gettext("They hold for all portfolios of this person."),
        may=person(request).may("users:write"),
        back=reverse("person-limits", args=[found.public_id]),
        template="settings/person_limits.html",
        whose=found.public_id,
        more={"part": "limits", "page": "limits"},
    )


def _of_connection(request: HttpRequest, connection_id: UUID) -> Whose:
    found = access_connection(person(request), connection_id)
    return Whose(
        level=Level.CONNECTION,
        subject=found.public_id,
        name=found.label,
        said=gettext("They hold for what is traded over this connection."),
        may=person(request).may("portfolio:write"),
        back=reverse("connection-limits", args=[found.public_id]),
        more={"page": "connections", "up": reverse("connection", args=[found.public_id])},
    )


def _of_bot(request: HttpRequest, bot_id: UUID, permission: str) -> Whose:
    user = person(request)
    bot = access_bot(user, bot_id, permission=permission)
    return Whose(
        level=Level.BOT,
        subject=bot.public_id,
        name=bot.name,
        said=gettext("They hold for this bot alone, beside those of its portfolio."),
        may="trading:write" in rights_on(user, bot.portfolio),
        back=reverse("bot-limits", args=[bot.public_id]),
        whose=bot.owner.public_id,
        guarded=False,
        currency=bot.portfolio.currency,
        more={
            "page": "risk",
            "portfolio": bot.portfolio,
            "up": f"{reverse('risk')}?portfolio={bot.portfolio.public_id}",
        },
    )


def _changed(request: HttpRequest, whose: Whose) -> HttpResponseBase:
    form = _form(request.POST, whose)
    if form.is_valid():
        said = {"whose": whose.whose, **form.named()}
        try:
            change_ceiling(level=whose.level, subject=whose.subject, actor=person(request), **said)
        except (NotFound, NotAllowed):
            raise
        except CryptoUniverseError as error:
            form.refuse(error)
        else:
            messages.success(request, gettext("The limits are saved. They hold from the next decision on."))
            return redirect(whose.back)
    return _page(request, whose, form)


def _form(data: Any, whose: Whose) -> CapsForm:
    row = ceiling_of(whose.level, whose.subject)
    return CapsForm(data, row, required=False, currency=whose.currency, known=symbols_now())


def _page(request: HttpRequest, whose: Whose, refused: CapsForm | None = None) -> HttpResponse:
    form = refused or _form(None, whose)
    mode = Mode(ceiling_of(whose.level, whose.subject).mode)
    context = {
        "whose": whose,
        "form": form,
        "caps": [CapRow(name, form.row(name), "", "", ()) for name in (*CAP_OF, "whitelist")],
        "mode": "" if mode is Mode.NORMAL else dict(MODES)[mode.value],
        "unconfirmed": whose.may and whose.guarded and not confirmed(request),
        **whose.more,
    }
    return render(request, whose.template, context, status=422 if refused else 200)
