"""The history of orders: filtered and paged on the trade page, and as a file with the same filters."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.context import TenantCtx, current_tenant
from cryptouniverse.kernel.tenancy import in_tenant
from cryptouniverse.web.trade_forms import WhereForm
from trading.execution.selectors import PURPOSE_WORDS, STATE_WORDS, orders_of
from trading.portfolio.selectors import access_portfolio

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.users.models import User
    from trading.execution.models import Order
    from trading.portfolio.models import Portfolio

SHOWN, PAGE = 50, 1_000
COLUMNS = (
    "placed_at", "instrument", "purpose", "side", "state", "quantity", "executed", "limit_price", "stop_price",
    "target_price", "reason", "closed_at",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class HistoryForm(WhereForm):
    """Which orders: of an instrument, in a state, for a purpose, by whom, placed on which UTC days. Unsaid: all."""

    instrument = forms.CharField(label=_("Instrument"), max_length=60, required=False)
    state = forms.ChoiceField(label=_("State"), choices=STATE_WORDS, required=False)
    purpose = forms.ChoiceField(label=_("What for"), choices=PURPOSE_WORDS, required=False)
    who = forms.ChoiceField(label=_("Whose"), choices=[("hand", "hand"), ("bot", "bot")], required=False)
    since = forms.DateField(label=_("From"), required=False)
    until = forms.DateField(label=_("Until"), required=False)
    page = forms.IntegerField(min_value=1, max_value=100_000, required=False)

    def rows(self, portfolio: Portfolio) -> QuerySet[Order]:
        """The orders that fit, newest first; what cannot be read does not narrow them."""
        said, found = self.said(), orders_of(portfolio)
        lookups = {
            "intent__instrument_id": said.get("instrument"),
            "state": said.get("state"),
            "intent__purpose": said.get("purpose"),
            "intent__bot_id__isnull": {"hand": True, "bot": False}.get(said.get("who", "")),
            "placed_at__gte": _midnight(said["since"]) if said.get("since") else None,
            "placed_at__lt": _midnight(said["until"] + timedelta(days=1)) if said.get("until") else None,
        }
        return found.filter(**{name: value for name, value in lookups.items() if value not in {None, ""}})

    def said(self) -> dict[str, Any]:
        """What was said and can be read."""
        self.is_valid()
        return {name: value for name, value in getattr(self, "cleaned_data", {}).items() if value not in {None, ""}}

    def query(self, **other: Any) -> str:
        """An address's query with the same filters."""
        said = {name: value for name, value in self.said().items() if name != "page"} | other
        return urlencode({name: str(value) for name, value in said.items()})


def history_page(form: HistoryForm, portfolio: Portfolio) -> dict[str, Any]:
    """A page of the history, with the addresses of the pages beside it; "" where there is none."""
    number = form.said().get("page", 1)
    rows = list(form.rows(portfolio)[(number - 1) * SHOWN : number * SHOWN + 1])
    here = {"portfolio": portfolio.public_id}
    filters = {name for name in form.said() if name not in {"page", "portfolio"}}
    return {
        "rows": rows[:SHOWN],
        "said": {name: str(value) for name, value in form.said().items()},
        "filtered": bool(filters),
        "number": number,
        "newer": form.query(**here, page=number - 1) if number > 1 else "",
        "older": form.query(**here, page=number + 1) if len(rows) > SHOWN else "",
        "file": form.query(**here),
    }


@access("trading:read")
@require_GET
def history(request: HttpRequest) -> StreamingHttpResponse:
    """Every order of a portfolio that fits the filters, newest first, as comma-separated values."""
    form = HistoryForm(request.GET)
    asked = form.said().get("portfolio")
    portfolio = access_portfolio(cast("User", request.user), asked, permission="trading:read")
    lines = _lines(form.rows(portfolio), current_tenant())
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="orders.csv"'
    return answer


def _midnight(day: Any) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


class _Line:
    """What `csv` writes to: it gives back what it is given."""

    def write(self, text: str) -> str:
        return text


def _lines(rows: QuerySet[Order], tenant: TenantCtx) -> Iterator[str]:
    """The file a page at a time. It is read after the request is over: each page enters the tenant by itself."""
    writer, last = csv.writer(_Line()), None
    yield cast("str", writer.writerow(COLUMNS))
    while True:
        with in_tenant(tenant):
            page = list((rows if last is None else rows.filter(pk__lt=last))[:PAGE])
        if not page:
            return
        last = page[-1].pk
        for order in page:
            yield cast("str", writer.writerow([_cell(value) for value in _row(order)]))


def _row(order: Order) -> list[Any]:
    intent = order.intent
    return [
        order.placed_at.isoformat(),
        intent.instrument_id,
        intent.purpose,
        intent.side,
        order.state,
        intent.quantity,
        order.executed,
        intent.limit_price,
        intent.stop_price,
        intent.target_price,
        order.reason,
        order.closed_at.isoformat() if order.closed_at else None,
    ]


def _cell(value: Any) -> str:
    """A value as text that no spreadsheet takes for a formula."""
    text = "" if value is None else f"{value.normalize():f}" if hasattr(value, "normalize") else str(value)
    return f"'{text}" if text.startswith(_FORMULA) and not hasattr(value, "normalize") else text
