"""A person's templates of orders: kept, changed, deleted, and applied to today's market."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.market import Instrument
from tenants.audit.services import record
from trading.execution.errors import NoPriceNow, TemplateNameTaken, TooManyTemplates, UnknownTemplate
from trading.execution.models import Template
from trading.execution.selectors import access_template, templates_of
from trading.execution.templates import Terms, check_terms, read_terms, terms_of, ticket_of
from trading.execution.tickets import Ticket
from trading.marketdata.selectors import feed_state, prices_at, require_spot

if TYPE_CHECKING:
    from accounts.users.models import User
    from trading.portfolio.models import Portfolio

TEMPLATES_MAX: Final = 50


@transaction.atomic
def save_template(*, actor: User, name: str, terms: Terms) -> Template:
    """Keep a template; audited as "template.created". Raises BadTicket, TemplateNameTaken, TooManyTemplates."""
    check_terms(terms)
    if templates_of(actor).count() >= TEMPLATES_MAX:
        raise TooManyTemplates(limit=TEMPLATES_MAX)
    made = _written(Template(owner=actor, name=name, terms=terms.as_json(), created_at=clock.now()))
    record(actor=actor, action="template.created", object=made, after={"name": name, **made.terms})
    return made


@transaction.atomic
def change_template(*, actor: User, template_id: UUID, changes: Mapping[str, Any]) -> Template:
    """Give a template another name or other terms; audited as "template.changed" where anything changes.

    changes: a name, and fields of its terms. Raises UnknownTemplate, TemplateNameTaken, BadTicket.
    """
    found = Template.objects.select_for_update().filter(owner=actor, public_id=template_id).first()
    if found is None:
        raise UnknownTemplate(template=str(template_id))
    before, said = {"name": found.name, **found.terms}, dict(changes)
    found.name = said.pop("name", found.name)
    terms = replace(read_terms(found.terms), **said)
    check_terms(terms)
    found.terms = terms.as_json()
    after = {"name": found.name, **found.terms}
    if after == before:
        return found
    record(actor=actor, action="template.changed", object=_written(found), before=before, after=after)
    return found


@transaction.atomic
def delete_template(*, actor: User, template_id: UUID) -> None:
    """Forget a template; audited as "template.deleted". Raises UnknownTemplate."""
    found = access_template(actor, template_id)
    record(actor=actor, action="template.deleted", object=found, before={"name": found.name, **found.terms})
    found.delete()


def apply_template(*, actor: User, template_id: UUID, portfolio: Portfolio, instrument_id: str) -> Ticket:
    """The ticket that a template comes to at today's price of an instrument, in a portfolio that the caller may see.

    Nothing is placed, and nothing judged. Raises UnknownTemplate, NoPriceNow, BadTicket.
    """
    found = access_template(actor, template_id)
    instrument, price = _price_of(instrument_id)
    return ticket_of(read_terms(found.terms), instrument, price=price, equity=portfolio.equity)


def terms_from(*, ticket: Ticket, portfolio: Portfolio, instrument_id: str, by_equity: bool) -> Terms:
    """A ticket in terms of the last price, its size in percent of the portfolio's equity or in quote currency.

    Raises NoPriceNow.
    """
    _, price = _price_of(instrument_id)
    return terms_of(ticket, price=price, equity=portfolio.equity if by_equity and portfolio.equity > 0 else None)


def _price_of(instrument_id: str) -> tuple[Instrument, Decimal]:
    require_spot([instrument_id])
    feed = feed_state()
    found = prices_at([instrument_id], feed.timeframe, slot_ms=feed.cursor_ms).get(instrument_id)
    if found is None:
        raise NoPriceNow(instrument=instrument_id)
    instrument, (*_, last) = found
    return instrument, instrument.price_of(last)


def _written(template: Template) -> Template:
    try:
        with transaction.atomic():
            template.save()
    except IntegrityError:
        raise TemplateNameTaken(name=template.name) from None
    return template
