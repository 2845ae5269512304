"""Each vendor over its own wire format: answers are read, and every way to fail is an abstention with its cause."""

import asyncio
import json
import logging
from decimal import Decimal
from time import perf_counter

import pytest
from pydantic import SecretStr

from aiengine.providers.anthropic import AnthropicProvider
from aiengine.providers.gemini import GeminiProvider
from aiengine.providers.openai import OpenAiProvider
from aiengine.providers.prices import PRICES, cost_usd
from aiengine.providers.types import Vote
from tests.aiengine.stage import question, said
from tests.aiengine.vendor_server import VENDORS, Reply, answering, errors, limits, recorded, serving

KEY = "sk-canary-7f3a9c-never-to-be-seen"
ADAPTERS = {"openai": OpenAiProvider, "anthropic": AnthropicProvider, "gemini": GeminiProvider}


@pytest.fixture
def vendors():
    with serving() as server:
        yield server


@pytest.fixture(params=VENDORS)
def vendor(request):
    return request.param


def ask(vendors, vendor, reply, *, deadline_s=10.0, times=1):
    """Answers of that vendor's adapter, in one round, when the server sends `reply`."""
    vendors.replies[vendor] = reply
    provider = ADAPTERS[vendor](api_key=SecretStr(KEY), base_url=vendors.base_url(vendor))

    async def one_round():
        try:
            return [await provider.ask(question(), deadline_s) for _ in range(times)]
        finally:
            await provider.aclose()

    return asyncio.run(one_round())


def ask_once(vendors, vendor, reply, **how):
    return ask(vendors, vendor, reply, **how)[0]


def test_a_valid_answer_is_a_vote_with_its_cost(vendors, vendor, real_data):
    answer = ask_once(vendors, vendor, answering(real_data, vendor, said("SELL", 0.91)))

    assert (answer.vote, answer.confidence, answer.error) == (Vote.SELL, Decimal("0.91"), "")
    assert answer.raw == said("SELL", 0.91) and answer.reason == "A close back below the broken high."
    assert answer.tokens_in > 0 and answer.cost_usd == cost_usd(answer.model, answer.tokens_in, answer.tokens_out) > 0


def test_the_question_goes_out_once_with_the_schema_and_the_key_in_its_header(vendors, vendor, real_data):
    ask(vendors, vendor, answering(real_data, vendor, said()))

    ((_vendor, path, headers, body),) = vendors.heard
    sent = json.dumps(body)
    assert KEY in headers["x-goog-api-key" if vendor == "gemini" else "authorization"]
    assert KEY not in sent + path
    assert json.dumps(question().prompt) in sent and '"additionalProperties": false' in sent


@pytest.mark.parametrize(
    "text", ["", "HOLD", "{}", said() + said(), said()[:-1], f"```json\n{said()}\n```", said(size=5)]
)
def test_words_that_are_not_one_valid_answer_abstain(vendors, vendor, real_data, text):
    answer = ask_once(vendors, vendor, answering(real_data, vendor, text))

    assert answer.vote is None and answer.error in {"malformed", "refused"}


def test_none_of_the_recorded_messages_is_a_vote_and_none_breaks_the_round(vendors, vendor, real_data):
    answers = [ask_once(vendors, vendor, Reply(body)) for body in recorded(real_data, vendor)]

    assert {answer.vote for answer in answers} == {None}
    assert {answer.error for answer in answers} <= {"malformed", "refused"}


def test_none_of_the_recorded_errors_breaks_the_round(vendors, vendor, real_data):
    for status in (400, 500):
        answers = [ask_once(vendors, vendor, Reply(body, status)) for body in errors(real_data, vendor)]
        assert {answer.vote for answer in answers} == {None}
        assert {answer.error for answer in answers} <= {"bad_request", "failed", "quota"}


def test_rate_limits_and_quotas_are_told_apart_and_not_retried(vendors, vendor, real_data):
    replies = limits(real_data, vendor)
    causes = [ask_once(vendors, vendor, reply).error for reply in replies]

    assert (
        causes
        == {
            "openai": ["quota", "rate_limited"],
            "anthropic": ["rate_limited", "overloaded"],
            "gemini": ["rate_limited"],
        }[vendor]
    )
    assert len(vendors.heard) == len(replies)


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        (401, "unauthorised"),
        (403, "unauthorised"),
        (404, "bad_request"),
        (500, "failed"),
        (503, "overloaded"),
        (529, "overloaded"),
    ],
)
def test_a_status_names_the_cause_and_one_request_was_made(vendors, vendor, status, cause):
    answer = ask_once(vendors, vendor, Reply({"error": {"message": "no", "code": status, "type": "x"}}, status))

    assert (answer.vote, answer.error, len(vendors.heard)) == (None, cause, 1)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b"null",
        b'"text"',
        b"{",
        b"\xff\xfe\x00",
        b'{"choices": 5, "content": 5, "candidates": 5}',
    ],
)
def test_a_malformed_body_abstains(vendors, vendor, body):
    answer = ask_once(vendors, vendor, Reply(body))

    assert answer.vote is None and answer.error in {"malformed", "refused", "failed"}


def test_a_slow_answer_is_late_and_costs_no_more_than_the_deadline(vendors, vendor):
    ask_once(vendors, vendor, Reply(b"{}"))  # the library is imported before the clock is watched
    began = perf_counter()

    answer = ask_once(vendors, vendor, Reply(hangs=True), deadline_s=0.3)

    assert (answer.vote, answer.error) == (None, "late") and perf_counter() - began < 2


def test_a_dropped_connection_is_a_vendor_out_of_reach(vendors, vendor):
    assert ask_once(vendors, vendor, Reply(drops=True)).error == "unreachable"


def test_a_vendor_that_is_not_there_is_out_of_reach(vendor):
    with serving() as gone:
        pass

    assert ask_once(gone, vendor, Reply()).error == "unreachable"


def test_the_key_is_nowhere_in_what_is_logged_shown_or_kept(vendors, vendor, caplog):
    caplog.set_level(logging.DEBUG)
    provider = ADAPTERS[vendor](api_key=SecretStr(KEY))

    answer = ask_once(vendors, vendor, Reply({"error": {"message": f"bad key {KEY}"}}, 401))

    assert KEY not in repr(provider) + str(vars(provider)) + repr(answer) + caplog.text


def test_every_model_of_the_panel_has_a_price():
    assert {ADAPTERS[name](api_key=SecretStr(KEY)).model for name in VENDORS} == set(PRICES)


UNFINISHED = {
    "openai": lambda body: body["choices"][0].update(finish_reason="length"),
    "anthropic": lambda body: body.update(stop_reason="max_tokens"),
    "gemini": lambda body: body["candidates"][0].update(finishReason="MAX_TOKENS"),
}


def test_a_model_that_did_not_finish_has_no_vote_even_if_its_words_are_valid(vendors, vendor, real_data):
    reply = answering(real_data, vendor, said())
    UNFINISHED[vendor](reply.body)

    answer = ask_once(vendors, vendor, reply)

    assert (answer.vote, answer.error, answer.raw) == (None, "refused", said())
