"""What a tenant may spend on models in one UTC day. A question that could cost more than is left is not asked."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import Sum

from aiengine.consensus.models import OpinionRecord
from aiengine.providers.prices import cost_usd_max
from aiengine.providers.types import ROLE, Provider, Question
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.market import DAY_MS

USD_PER_DAY = Decimal("10")


def spent_usd_today() -> Decimal:
    """What this tenant's opinions have cost since the UTC day began."""
    now_ms = clock.to_ms(clock.now())
    midnight = clock.from_ms(now_ms - now_ms % DAY_MS)
    paid = OpinionRecord.objects.filter(kind="ai", verdict__decided_at__gte=midnight).aggregate(total=Sum("cost_usd"))
    return paid["total"] or Decimal(0)


def within_budget(questions: Sequence[Question], providers: Sequence[Provider]) -> list[Question]:
    """The leading questions whose highest possible cost still fits the day's budget; equal ones cost once."""
    left = USD_PER_DAY - spent_usd_today()
    allowed: dict[str, Question] = {}
    for question in questions:
        if question.prompt_hash in allowed:
            continue
        left -= sum(cost_usd_max(one.model, len(ROLE) + len(question.prompt)) for one in providers)
        if left < 0:
            break
        allowed[question.prompt_hash] = question
    return list(allowed.values())
