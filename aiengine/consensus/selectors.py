"""Reads of verdicts, for the pages that show them and for whoever checks them later."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from aiengine.consensus.analysts.frame import opinions_on, silence
from aiengine.consensus.models import OpinionRecord, VerdictRecord
from aiengine.consensus.records import opinion_of, values_of
from aiengine.consensus.types import POLICIES, Ballot, Opinion, Verdict
from aiengine.consensus.vote import for_entry, vote
from aiengine.providers.answers import MalformedAnswerError, parse_answer

if TYPE_CHECKING:
    from django.db.models import QuerySet


def verdicts_by_ids(ids: Iterable[UUID]) -> dict[UUID, Verdict]:
    """This tenant's verdicts by their public id, with every voter's opinion in seat order. Two queries."""
    rows = VerdictRecord.objects.filter(public_id__in=list(ids)).defer("prompt")
    return {verdict.id: verdict for verdict in values_of(rows)}


def verdict_records() -> QuerySet[VerdictRecord]:
    """This tenant's verdicts, newest first, without the question that was asked: for who may see them, narrowed."""
    return VerdictRecord.objects.defer("prompt", "prompt_hash").order_by("-pk")


def opinions_of(verdict: VerdictRecord) -> QuerySet[OpinionRecord]:
    """What each voter said, in seat order."""
    return verdict.opinions.defer("raw").order_by("pk")


def verdict_again(public_id: UUID) -> Ballot:
    """The ballot worked out anew from the record alone: prompt, models' raw answers and policy; nobody is asked.

    Rule-based analysts judge the recorded readings again, models' raw answers are read again. Raises
    VerdictRecord.DoesNotExist.
    """
    row = VerdictRecord.objects.get(public_id=public_id)
    prompt = json.loads(row.prompt) if row.prompt else None
    records = row.opinions.order_by("pk")
    if row.by_rules:
        opinions = opinions_on(prompt["readings"], prompt["proposal"]["family"]) if prompt else silence("no_readings")
    else:
        opinions = tuple(_read_again(record, prompt) for record in records)
    return for_entry(vote(opinions, POLICIES[row.policy]))


def _read_again(record: OpinionRecord, prompt: dict[str, dict[str, float]] | None) -> Opinion:
    """The opinion as its raw answer says it; one that was not read when it was given stays an abstention."""
    kept = opinion_of(record)
    if record.error or prompt is None:
        return Opinion(kept.voter, kept.kind, None, None, kept.reason, error=kept.error)
    try:
        parsed = parse_answer(record.raw, symbol=str(prompt["symbol"]), evidence_ids=prompt["readings"])
    except MalformedAnswerError:
        return Opinion(kept.voter, kept.kind, None, None, kept.reason, error="malformed")
    return Opinion(kept.voter, kept.kind, parsed.side, parsed.confidence, parsed.invalidation)
