"""Many orders by hand in one call: each judged after the one before, under the same locks, with one answer each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext

from cryptouniverse.kernel.errors import CryptoUniverseError
from trading.execution.errors import BulkRefused
from trading.execution.models import Intent
from trading.execution.services.by_hand import record_placed
from trading.execution.services.judging import Desk, Judged, desk_of
from trading.execution.services.place import place_drafts
from trading.execution.services.record import record_intents
from trading.execution.tickets import Ticket

if TYPE_CHECKING:
    from accounts.users.models import User
    from trading.portfolio.models import Portfolio

BULK_MAX: Final = 50
Asked = tuple[str, Ticket]


@transaction.atomic
def place_many_by_hand(
    *, portfolio: Portfolio, actor: User, asked: Sequence[Asked | CryptoUniverseError], key: str, whole: bool = False
) -> list[Intent | CryptoUniverseError]:
    """Place orders as `place_by_hand` does, each once per key and place; the order or its refusal, as they were asked.

    asked: at most BULK_MAX of (instrument id, ticket); what could not be read stands there as its error. whole: if one
    is refused, none is placed: raises BulkRefused. One "order.placed" in the audit for each. A handful of queries, and
    one for each record.
    """
    ids = [uuid5(portfolio.public_id, f"bulk:{key}:{number}") for number in range(len(asked))]
    instrument_ids = {one[0] for one in asked if isinstance(one, tuple)}
    desk = desk_of(portfolio, instrument_ids)
    placed = _by_id(ids)
    judged: dict[UUID, Judged] = {}
    answers: dict[UUID, CryptoUniverseError] = {}
    for intent_id, one in zip(ids, asked, strict=True):
        if intent_id in placed:
            continue
        try:
            judged[intent_id] = _judged(desk, one)
        except CryptoUniverseError as refused:
            answers[intent_id] = refused
    if whole and answers:
        raise BulkRefused(refused=[_told(ids.index(intent_id), error) for intent_id, error in answers.items()])
    drafts = [one.draft(portfolio.pk, intent_id=intent_id) for intent_id, one in judged.items()]
    put = place_drafts if desk.venue is None else record_intents
    put(drafts=drafts, slot_ms=desk.feed.cursor_ms)
    placed |= _by_id(judged)
    for intent_id, allowed in judged.items():
        record_placed(placed[intent_id], allowed, portfolio, actor)
    return [placed.get(intent_id) or answers[intent_id] for intent_id in ids]


def _judged(desk: Desk, asked: Asked | CryptoUniverseError) -> Judged:
    if isinstance(asked, CryptoUniverseError):
        raise asked
    judged = desk.judge(*asked)
    desk.book.reserve(judged.approved())
    return judged


def _told(number: int, error: CryptoUniverseError) -> dict[str, object]:
    return {"number": number, "code": error.code, "detail": error.sentence(gettext), "facts": error.facts}


def _by_id(ids: Collection[UUID]) -> dict[UUID, Intent]:
    return {row.public_id: row for row in Intent.objects.select_related("order").filter(public_id__in=ids)}
