"""Thousands of alerts that nobody may send, or that mean nothing: none gets in, none breaks the door."""

import json
import os
import random
from collections import Counter
from datetime import timedelta

import pytest

from cryptouniverse.kernel import clock
from strategies.hooks.models import Alert
from tenants.audit.models import AuditRecord
from tests.api.limits_stage import low_limits
from tests.people import browser
from tests.strategies.hooks_stage import given_hook, said, send, signed
from tests.strategies.markets import given_stored, walk
from tests.trading.desk import trader

pytestmark = [pytest.mark.prove, pytest.mark.timeout(3_600 if os.environ.get("CU_SOAK") else 120)]

ALERTS = 100_000 if os.environ.get("CU_SOAK") else 2_000
SEED = 20261127
BTC, ETH = "binance:BTC/USDT", "binance:ETH/USDT"
ODD = [
    None, True, False, 0, -1, 2**70, 1e308, "", " ", "\x00", "\ud800", "\u202e", "x" * 90, "x" * 5_000, [], {},
    [["buy"]], {"action": "buy"}, "{{close}}", "'; DROP TABLE bots; --", "BTCUSDT.P",
    "BTCUSDT1!", ":", "/", "BINANCE:", ":BTCUSDT",
    "ＢＴＣＵＳＤＴ", "0" * 40, "NaN", "Infinity", "9" * 400,
]  # fmt: skip
TIMES = [
    None, "", "now", "2026-01-01", "2026-01-01T00:00:00", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59",
    "2026-13-01T00:00:00Z", 0, -1, 1e15, 1e300, 10**30, True, [], "١٢٣", "{{timenow}}", "1e9",
]  # fmt: skip


def mangled(dice: random.Random, body: bytes) -> bytes:
    """Not the same bytes: flipped, cut, doubled, filled."""
    raw = bytearray(body)
    for _ in range(dice.randint(1, 4)):
        place = dice.randrange(len(raw) or 1)
        match dice.randrange(5):
            case 0:
                raw[place : place + 1] = bytes([dice.randrange(256)])
            case 1:
                del raw[place:]
            case 2:
                raw[place:place] = dice.choice([b"\x00", b"\xff", b'"', b"{", b"}", b",", b"[" * 4_000, b" " * 8_000])
            case 3:
                raw += raw[: dice.randint(1, 40)]
            case _:
                del raw[place : place + 1]
    return bytes(raw) if bytes(raw) != body else body + b"x"


def a_signed_one(dice, secrets):
    """A right signature of other bytes, or of another id or time, or a wrong one."""
    body = json.dumps(said(secrets, secret=None)).encode()
    headers = signed(secrets, body, message_id=f"msg_{dice.random()}")
    if dice.random() < 0.5:
        return mangled(dice, body), headers
    name = dice.choice(sorted(headers))
    text = headers[name]
    other = dice.choice(
        [text[:-2], text + "1", text.swapcase(), "", "v1,", "v2" + text[2:], "v1," + "A" * 44, "é", "9" * 40]
    )
    return body, headers | {name: other if other != text else text[1:]}


def a_wrong_secret(dice, secrets):
    right = secrets.message.reveal()
    place = dice.randrange(len(right))
    wrong = [
        right[:-1], right + "A", right.swapcase(), right[:place] + "*" + right[place + 1 :], " " + right, right[::-1],
        [right],
        {"secret": right}, None, True, 7, "", "\ud800", right * 9, secrets.signing.reveal(),
    ]  # fmt: skip
    message = said(secrets) | {"secret": dice.choice(wrong)}
    return json.dumps(message | {dice.choice(["ticker", "action", "time", "extra"]): dice.choice(ODD)}).encode(), {}


def a_wrong_word(dice, secrets):
    """The right secret, and something that means nothing."""
    now, message = clock.now(), said(secrets)
    far = (now + dice.choice([-1, 1]) * timedelta(seconds=dice.randint(301, 10**8))).isoformat()
    message |= dice.choice([
        {"time": dice.choice([*TIMES, far])},
        {"ticker": dice.choice([odd for odd in ODD if odd != ":BTCUSDT"])},
        {"action": dice.choice(["hodl", "buy;sell", [], {}, True, "x" * 90, "\x00", 7])},
        {"position": dice.choice(["up", [], True, "\ud800"])},
        {"test": dice.choice(["true", 1, [], None])},
        {"order_id": dice.choice(["x" * 81, "\x00", "\ud800", [], True])},
    ])  # fmt: skip
    return json.dumps(message).encode(), {}


def nonsense(dice, secrets):
    if dice.random() < 0.5:
        return dice.randbytes(dice.randint(0, 9_000)), {}
    return dice.choice(
        [b"[" * 8_000, b'{"a":' * 1_500, b"{}", b"null", b"1e999", b"9" * 8_000, b'"' + b"\\ud800" * 9]
    ), {}


KINDS = (a_signed_one, a_wrong_secret, a_wrong_word, nonsense)
TYPES = ("text/plain", "application/json", "text/plain; charset=utf-16", "multipart/form-data; boundary=x", "x", "")


def test_no_forged_alert_gets_in_and_none_breaks_the_door(acme):
    given_stored(*(walk(24, seed=n, instrument_id=name) for n, name in enumerate((BTC, ETH))))
    _bot, hook, secrets = given_hook(trader(), [BTC, ETH])
    dice, client, answers = random.Random(SEED), browser(), Counter()  # noqa: S311  # not for secrets
    before = AuditRecord.objects.count()

    with low_limits(anonymous=10 * ALERTS, faults=10 * ALERTS):
        for number in range(ALERTS):
            kind = KINDS[number % len(KINDS)]
            body, headers = kind(dice, secrets)
            answer = send(hook, body, client=client, kind=dice.choice(TYPES), **headers)
            answers[answer.status_code] += 1
            assert answer.status_code in {400, 401, 413, 422}, (number, kind.__name__, body[:300], headers)

    assert (Alert.objects.count(), AuditRecord.objects.count()) == (0, before)
    assert set(answers) == {400, 401, 413, 422}, answers  # every way of refusing was met
