"""Templates on the trade page: a ticket is kept under a name, and forgotten."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from cryptouniverse.kernel.access import access
from cryptouniverse.web.trade_forms import TemplateForm, WhereForm
from cryptouniverse.web.trade_parts import back_to, done
from trading.execution.services import delete_template, save_template, terms_from
from trading.portfolio.selectors import access_portfolio

if TYPE_CHECKING:
    from accounts.users.models import User


@access("trading:execute", audit="template.created")
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep the ticket, with its prices in percent of today's."""
    user, form = cast("User", request.user), TemplateForm(request.POST)
    readable = form.is_valid()
    portfolio = access_portfolio(user, form.cleaned_data.get("portfolio"), permission="trading:read")
    if not readable:
        messages.error(request, form.told())
        return redirect(back_to(portfolio))

    def act() -> None:
        instrument_id, ticket = form.ticket()
        by_equity = form.cleaned_data["keep_size"] == "equity"
        terms = terms_from(ticket=ticket, portfolio=portfolio, instrument_id=instrument_id, by_equity=by_equity)
        save_template(actor=user, name=form.cleaned_data["keep_as"], terms=terms)

    return done(request, portfolio, act, gettext("The template is kept."))


@access("trading:execute", audit="template.deleted")
@require_POST
def delete(request: HttpRequest, template_id: UUID) -> HttpResponse:
    """Forget a template of one's own."""
    user, form = cast("User", request.user), WhereForm(request.POST)
    form.is_valid()
    portfolio = access_portfolio(user, form.cleaned_data.get("portfolio"), permission="trading:read")
    act = partial(delete_template, actor=user, template_id=template_id)
    return done(request, portfolio, act, gettext("The template is gone."))
