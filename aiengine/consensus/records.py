"""Verdicts in and out of their tables: rows from values, values from rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from aiengine.consensus.models import OpinionRecord, VerdictRecord
from aiengine.consensus.types import Opinion, Verdict, Vote
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import query
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


def store(verdicts: Sequence[Verdict], prompts: Mapping[UUID, tuple[str, str]]) -> dict[UUID, Verdict]:
    """Store these verdicts and their opinions in one statement; where another worker was first, its verdicts count.

    prompts: signal id -> (prompt, hash). Answers the verdicts that are stored, by signal id.
    """
    if not verdicts:
        return {}
    ours = {row[0] for row in query(_STORE, [*_verdict_columns(verdicts, prompts), *_opinion_columns(verdicts)])}
    mine = {verdict.signal_id: verdict for verdict in verdicts if verdict.signal_id in ours}
    theirs = [verdict.signal_id for verdict in verdicts if verdict.signal_id not in ours]
    return mine | stored_verdicts(theirs) if theirs else mine


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


def _verdict_columns(verdicts: Sequence[Verdict], prompts: Mapping[UUID, tuple[str, str]]) -> list[Any]:
    """The first parameters of `_STORE`: the time of decision, then a list for each column of the verdicts."""
    rows = [
        (
            verdict.id,
            verdict.signal_id,
            verdict.instrument_id,
            verdict.slot_ms,
            verdict.side.value if verdict.side else "",
            verdict.confidence,
            verdict.policy,
            verdict.reason,
            verdict.by_rules,
            *prompts[verdict.signal_id],
        )
        for verdict in verdicts
    ]
    return [clock.now(), *map(list, zip(*rows, strict=True))]


def _opinion_columns(verdicts: Sequence[Verdict]) -> list[Any]:
    """The rest of the parameters of `_STORE`: a list for each column of the opinions."""
    rows = [
        (
            verdict.signal_id,
            opinion.voter,
            opinion.kind,
            opinion.vote.value if opinion.vote else "",
            opinion.confidence,
            opinion.reason,
            opinion.model,
            opinion.latency_ms,
            opinion.cost_usd,
            opinion.tokens_in,
            opinion.tokens_out,
            opinion.error,
            opinion.raw,
        )
        for verdict in verdicts
        for opinion in verdict.opinions
    ]
    return [*map(list, zip(*rows, strict=True))]


# One round trip and one commit, whatever the number of rows; unqualified names: the tenant's schema is on the path.
_STORE = """
WITH stored AS (
    INSERT INTO aiengine_consensus_verdictrecord
        (public_id, signal_id, instrument_id, slot_ms, side, confidence, policy, reason, by_rules, prompt, prompt_hash,
         decided_at)
    SELECT given.*, %s
    FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::bigint[], %s::text[], %s::numeric[], %s::text[], %s::text[],
                %s::boolean[], %s::text[], %s::text[]) AS given
    ON CONFLICT DO NOTHING
    RETURNING id, signal_id
), spoken AS (
    INSERT INTO aiengine_consensus_opinionrecord
        (verdict_id, voter, kind, vote, confidence, reason, model, latency_ms, cost_usd, tokens_in, tokens_out, error,
         raw)
    SELECT stored.id, o.voter, o.kind, o.vote, o.confidence, o.reason, o.model, o.latency_ms, o.cost_usd, o.tokens_in,
           o.tokens_out, o.error, o.raw
    FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::numeric[], %s::text[], %s::text[], %s::int[],
                %s::numeric[], %s::int[], %s::int[], %s::text[], %s::text[])
         WITH ORDINALITY AS o(signal_id, voter, kind, vote, confidence, reason, model, latency_ms, cost_usd, tokens_in,
                              tokens_out, error, raw, seat)
    JOIN stored USING (signal_id)
    ORDER BY o.seat
)
SELECT signal_id FROM stored
"""
