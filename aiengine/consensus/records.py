"""Verdicts in and out of their tables: rows from values, values from rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from django.db import IntegrityError, transaction

from aiengine.consensus.models import OpinionRecord, VerdictRecord
from aiengine.consensus.types import Opinion, Verdict, Vote
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.market import Side


def stored_verdicts(signal_ids: Collection[UUID]) -> dict[UUID, Verdict]:
    """The verdicts this tenant already has on these signals, by signal id. Two queries, or one when there is none."""
    rows = VerdictRecord.objects.filter(signal_id__in=signal_ids).defer("prompt")
    return {verdict.signal_id: verdict for verdict in values_of(rows)}


def values_of(rows: Iterable[VerdictRecord]) -> list[Verdict]:
    """Rows as values, with their opinions in the order they were given."""
    found = list(rows)
    if not found:
        return []
    opinions: dict[int, list[Opinion]] = {row.pk: [] for row in found}
    for record in OpinionRecord.objects.filter(verdict__in=list(opinions)).order_by("pk"):
        opinions[record.verdict_id].append(opinion_of(record))
    return [_verdict_of(row, tuple(opinions[row.pk])) for row in found]


def store(verdicts: Collection[Verdict], prompts: Mapping[UUID, tuple[str, str]]) -> dict[UUID, Verdict]:
    """Store these verdicts and their opinions, all or none; where another worker was first, its verdicts count.

    prompts: signal id -> (prompt, hash). Answers the verdicts that are stored, by signal id. Two inserts.
    """
    try:
        with transaction.atomic():
            rows = VerdictRecord.objects.bulk_create(
                _row_of(verdict, *prompts[verdict.signal_id]) for verdict in verdicts
            )
            OpinionRecord.objects.bulk_create(
                _opinion_row(row, opinion)
                for row, verdict in zip(rows, verdicts, strict=True)
                for opinion in verdict.opinions
            )
    except IntegrityError:
        earlier = stored_verdicts([verdict.signal_id for verdict in verdicts])
        if not earlier:
            raise
        rest = [verdict for verdict in verdicts if verdict.signal_id not in earlier]
        return earlier | (store(rest, prompts) if rest else {})
    return {verdict.signal_id: verdict for verdict in verdicts}


def opinion_of(record: OpinionRecord) -> Opinion:
    """One stored opinion as a value."""
    return Opinion(
        voter=record.voter,
        kind="rule" if record.kind == "rule" else "ai",
        vote=Vote(record.vote) if record.vote else None,
        confidence=record.confidence,
        reason=record.reason,
        latency_ms=record.latency_ms,
        cost_usd=record.cost_usd,
        model=record.model,
        error=record.error,
        tokens_in=record.tokens_in,
        tokens_out=record.tokens_out,
        raw=record.raw,
    )


def _verdict_of(row: VerdictRecord, opinions: tuple[Opinion, ...]) -> Verdict:
    return Verdict(
        id=row.public_id,
        signal_id=row.signal_id,
        instrument_id=row.instrument_id,
        slot_ms=row.slot_ms,
        side=Side(row.side) if row.side else None,
        confidence=row.confidence,
        policy=row.policy,
        reason=row.reason,
        opinions=opinions,
        by_rules=row.by_rules,
    )


def _row_of(verdict: Verdict, prompt: str, prompt_hash: str) -> VerdictRecord:
    return VerdictRecord(
        public_id=verdict.id,
        signal_id=verdict.signal_id,
        instrument_id=verdict.instrument_id,
        slot_ms=verdict.slot_ms,
        side=verdict.side.value if verdict.side else "",
        confidence=verdict.confidence,
        policy=verdict.policy,
        reason=verdict.reason,
        by_rules=verdict.by_rules,
        prompt=prompt,
        prompt_hash=prompt_hash,
        decided_at=clock.now(),
    )


def _opinion_row(row: VerdictRecord, opinion: Opinion) -> OpinionRecord:
    return OpinionRecord(
        verdict=row,
        voter=opinion.voter,
        kind=opinion.kind,
        vote=opinion.vote.value if opinion.vote else "",
        confidence=opinion.confidence,
        reason=opinion.reason,
        model=opinion.model,
        latency_ms=opinion.latency_ms,
        cost_usd=opinion.cost_usd,
        tokens_in=opinion.tokens_in,
        tokens_out=opinion.tokens_out,
        error=opinion.error,
        raw=opinion.raw,
    )
