"""What operators may look at and nobody may change by hand (books, orders, events), and how the rest is done."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.translation import gettext

from cryptouniverse.kernel.errors import CryptoUniverseError

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin
else:
    from unfold.admin import ModelAdmin  # the theme is not typed, and is Django's otherwise

REASON_MIN: Final = 3
REASON_MAX: Final = 200
CHOSEN_MAX: Final = 100
_SECRET = re.compile(
    r"password|secret|token|passphrase|private|cookie|session_key|session_data|ciphertext|wrapped|nonce|fingerprint"
    r"|hash|digest|(^|_)key($|_)|qr_?code|recovery"
)
_HARMLESS = frozenset(
    {"code_hash", "prompt_hash", "idempotency_key", "routing_key", "tokens_in", "tokens_out", "secrets_version"}
)
Act = Callable[[Any, HttpRequest, Any, str], None]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the admin that is no table. facts: what its template shows, read inside the chosen tenant.

    act: does what a form on it asks for, once a fresh second factor was shown, in no transaction. Its answer, or facts
    of the page to show again; then "wrong" among them says that something was. None: the page only shows.
    """

    slug: str
    title: Any
    template: str
    facts: Callable[[HttpRequest], dict[str, Any]]
    act: Callable[[HttpRequest], HttpResponseBase | dict[str, Any]] | None = None


_pages: dict[str, Page] = {}
_acts: dict[str, list[Any]] = {}


def offer_page(page: Page) -> None:
    """Put `page` into the admin: from where its facts are known, when the apps are ready."""
    _pages[page.slug] = page


def offered_pages() -> list[Page]:
    """All of them, in the order in which they were offered."""
    return list(_pages.values())


def offer_action(model: str, action: Any) -> None:
    """Put an action made by `asked_first` beside those of the admin of `model` ("app_label.ModelName")."""
    _acts.setdefault(model, []).append(action)


class WithoutSecrets(ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """Shows no column whose name speaks of a secret, whatever a list or a form asks for, and finds nothing by it."""

    admin_site: Any  # of OperatorsSite: it asks for a second factor and records in both audits

    def get_actions(self, request: HttpRequest) -> Any:
        """Its own, and those that were offered."""
        more = {
            act.__name__: (act, act.__name__, act.short_description) for act in _acts.get(self.model._meta.label, ())
        }
        return {**super().get_actions(request), **more}

    def get_list_display(self, request: HttpRequest) -> Any:
        """What the list shows."""
        return [name for name in super().get_list_display(request) if not hides(name)]

    def get_search_fields(self, request: HttpRequest) -> Any:
        """What the search looks at."""
        return [name for name in super().get_search_fields(request) if not hides(name.rpartition("__")[2])]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """What a row's page shows. A form for a new row may ask for a password."""
        groups = super().get_fieldsets(request, obj)
        if obj is None:
            return list(groups)
        return [(title, {**facts, "fields": _shown(facts["fields"])}) for title, facts in groups]


class ReadOnlyAdmin(WithoutSecrets):
    """Lists and details without one control that writes: a domain's services are the only writers of its tables.

    What can be done to a row is an action made by `asked_first`, named in `actions`.
    """

    actions: Any = None
    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False


def hides(column: Any) -> bool:
    """Whether the name of a column speaks of a secret: of what opens something, or of its hash."""
    return isinstance(column, str) and column not in _HARMLESS and bool(_SECRET.search(column))


def asked_first(name: Any, text: Any) -> Callable[[Act], Any]:
    """Makes `act(admin, request, row, reason)` an action on the chosen rows, each in a transaction of its own.

    It asks for a fresh second factor (`OperatorsSite.require_step_up`), shows `text` and the rows, and is done once a
    reason was given and confirmed. What `act` refuses is said, and the other rows go on.
    """

    def make(act: Act) -> Any:
        @admin.action(description=name)
        @wraps(act)
        def action(own: Any, request: HttpRequest, chosen: QuerySet[Any]) -> HttpResponseBase | None:
            refusal: HttpResponseBase | None = own.admin_site.require_step_up(request)
            if refusal is not None:
                return refusal
            rows, reason = list(chosen[: CHOSEN_MAX + 1]), request.POST.get("reason", "").strip()
            wrong = _wrong_with(rows, reason) if "confirmed" in request.POST else ""
            if wrong or "confirmed" not in request.POST:
                return _page(own, request, act.__name__, {"title": name, "text": text, "rows": rows, "wrong": wrong})
            for row in rows:
                _do(act, own, request, row, reason)
            return None

        return action

    return make


def _shown(fields: Any) -> list[Any]:
    kept = [_shown(field) if isinstance(field, (list, tuple)) else field for field in fields]
    return [field for field in kept if field and not hides(field)]


def _wrong_with(rows: list[Any], reason: str) -> str:
    if len(rows) > CHOSEN_MAX:
        return gettext("Choose at most %(most)d at a time.") % {"most": CHOSEN_MAX}
    if not REASON_MIN <= len(reason) <= REASON_MAX:
        return gettext("Say why, for the record: %(least)d to %(most)d characters.") % {
            "least": REASON_MIN,
            "most": REASON_MAX,
        }
    return ""


def _page(own: Any, request: HttpRequest, action: str, facts: dict[str, Any]) -> TemplateResponse:
    shown = {**own.admin_site.each_context(request), "opts": own.model._meta, "action": action, **facts}
    status = 422 if facts["wrong"] else 200
    return TemplateResponse(request, "operators/act.html", shown, status=status)


def _do(act: Act, own: Any, request: HttpRequest, row: Any, reason: str) -> None:
    try:
        with transaction.atomic():
            act(own, request, row, reason)
    except CryptoUniverseError as error:
        messages.error(request, f"{row}: {error.sentence(gettext)}")
    else:
        messages.success(request, gettext("Done for %(row)s.") % {"row": row})
