"""The door for alerts: who is let in, what they may say, and that what comes again changes nothing."""

import json
from datetime import timedelta

import pytest

from cryptouniverse.kernel import clock
from strategies.bots.models import Bot
from strategies.hooks.models import Alert, HookSecret
from strategies.hooks.selectors import address_of
from strategies.hooks.services import revoke_hook, rotate_hook
from strategies.hooks.services.opening import digest_of
from tenants.audit.models import AuditRecord
from tests.api.limits_stage import low_limits
from tests.canaries import Canary, watching
from tests.people import browser
from tests.strategies.hooks_stage import given_hook, said, send, signed
from tests.strategies.markets import given_stored, walk
from tests.tenants.branding_cast import HOST, given_brand
from tests.trading.desk import trader

BTC, ETH, OTHER = "binance:BTC/USDT", "binance:ETH/USDT", "kraken:ETH/USDT"


@pytest.fixture
def given(acme):
    given_stored(*(walk(24, seed=n, instrument_id=name) for n, name in enumerate((BTC, ETH, OTHER))))
    return given_hook(trader(), [BTC, ETH, OTHER])


def written():
    return Alert.objects.count(), AuditRecord.objects.filter(action__startswith="hook.c").count()


def refused(answer):
    return answer.status_code, answer.json()["code"]


def test_what_tradingview_sends_is_kept_with_who_and_when_and_one_record(given):
    _bot, hook, secrets = given
    answer = send(hook, said(secrets))

    row = Alert.objects.get()
    assert (answer.status_code, answer.json()) == (202, {"status": "accepted", "id": str(row.public_id)})
    assert (row.action, row.instrument_id, row.ticker, row.order_id, row.price) == (
        "enter_long", BTC, "BTCUSDT", "Long", "42000.5",
    )  # fmt: skip
    assert (row.sender, row.version, row.address, row.outcome) == ("text", 1, "127.0.0.1", "waiting")
    assert written() == (1, 1)


def test_no_word_of_a_secret_is_logged_kept_or_answered(given, settings):
    _bot, hook, secrets = given
    with watching(settings) as watch:
        planted = watch.plant()
        HookSecret.objects.update(digest=digest_of(planted))
        taken = send(hook, said(secrets, secret=planted))
        for wrong in ({"secret": planted + "x"}, {"ticker": planted}, {"order_id": f"my {planted}"}, {"time": 0}):
            assert send(hook, said(secrets, secret=planted) | wrong).status_code in {401, 422}
        send(hook, f'{{"secret": "{planted}", '.encode())
        watch.canaries.append(Canary("signing", secrets.signing.reveal()))

    assert taken.status_code == 202
    assert watch.hits() == []


def test_the_same_again_is_told_so_and_nothing_happens_twice(given):
    _bot, hook, secrets = given
    message = said(secrets)
    first, again = send(hook, message), send(hook, message | {"price": "1"})

    assert (again.status_code, again.json()) == (200, {"status": "replay", "id": first.json()["id"]})
    assert written() == (1, 1)


def test_a_signed_alert_needs_no_secret_and_its_id_counts_once(given):
    _bot, hook, secrets = given
    body = json.dumps(said(secrets, secret=None, time=None)).encode()
    first = send(hook, body, kind="application/json", **signed(secrets, body))
    later = json.dumps(said(secrets, secret=None, time=None, action="sell", position="flat")).encode()
    again = send(hook, later, **signed(secrets, later, at=clock.now() + timedelta(seconds=5)))

    assert (first.status_code, again.json()) == (202, {"status": "replay", "id": first.json()["id"]})
    assert Alert.objects.get().sender == "signed"


def test_an_unknown_address_and_a_wrong_secret_get_the_same_answer(given):
    bot, hook, secrets = given
    wrong = send(hook, said(secrets, secret="wrong"))
    hook.public_id = bot.public_id
    unknown = send(hook, said(secrets))

    assert refused(wrong) == refused(unknown) == (401, "hooks.refused")
    assert wrong.content == unknown.content
    assert written() == (0, 0)


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"secret": None}, 401, "hooks.refused"),
        ({"secret": 7}, 401, "hooks.refused"),
        ({"time": None}, 422, "hooks.invalid"),
        ({"time": "{{timenow}}"}, 422, "hooks.invalid"),
        ({"time": "2026-01-01T00:00:00"}, 422, "hooks.invalid"),
        ({"time": "2026-01-01T00:00:00Z"}, 422, "hooks.old"),
        ({"time": 99_999_999_999}, 422, "hooks.old"),
        ({"ticker": "DOGEUSDT"}, 422, "hooks.invalid"),
        ({"ticker": "BTCUSDT.P"}, 422, "hooks.invalid"),
        ({"ticker": "ETHUSDT", "exchange": None}, 422, "hooks.invalid"),  # on two exchanges
        ({"ticker": "\ud800"}, 422, "hooks.invalid"),
        ({"ticker": None}, 422, "hooks.invalid"),
        ({"action": "hodl"}, 422, "hooks.invalid"),
        ({"action": "{{strategy.order.action}}", "position": "{{strategy.market_position}}"}, 422, "hooks.invalid"),
        ({"action": ["buy"]}, 422, "hooks.invalid"),
        ({"position": "sideways"}, 422, "hooks.invalid"),
        ({"order_id": "x" * 81}, 422, "hooks.invalid"),
        ({"test": "yes"}, 422, "hooks.invalid"),
        ({"pad": "x" * 8_192}, 413, "hooks.too_large"),
    ],
)
def test_what_cannot_be_used_is_refused_before_anything_is_written(given, changes, status, code):
    _bot, hook, secrets = given

    assert refused(send(hook, said(secrets, **changes))) == (status, code)
    assert written() == (0, 0)


@pytest.mark.parametrize("body", [b"", b"buy", b"[]", b"\xff", b'{"a":NaN}', b"[" * 8_000, b"1" * 8_000])
def test_what_is_no_object_is_refused(given, body):
    assert refused(send(given[1], body)) == (400, "hooks.unreadable")


@pytest.mark.parametrize("off_s", [-301, 330])
def test_what_is_too_old_or_of_the_future_is_refused_signed_or_not(given, off_s):
    _bot, hook, secrets = given
    at = clock.now() + timedelta(seconds=off_s)
    body = json.dumps(said(secrets, secret=None, time=None)).encode()

    assert refused(send(hook, said(secrets, time=at.isoformat()))) == (422, "hooks.old")
    assert refused(send(hook, body, **signed(secrets, body, at=at))) == (422, "hooks.old")
    body = json.dumps(said(secrets, secret=None)).encode()  # what it says of itself does not make it younger
    assert refused(send(hook, body, **signed(secrets, body, at=at))) == (422, "hooks.old")
    assert written() == (0, 0)


@pytest.mark.parametrize(
    "headers",
    [{"webhook-id": "other"}, {"webhook-timestamp": "1"}, {"webhook-signature": "v1,AAAA"}, {"webhook-signature": ""}],
)
def test_a_signature_holds_for_id_time_and_text_alone_and_goes_before_a_secret(given, headers):
    _bot, hook, secrets = given
    body = json.dumps(said(secrets)).encode()

    assert refused(send(hook, body, **signed(secrets, body) | headers)) == (401, "hooks.refused")
    assert refused(send(hook, body + b" ", **signed(secrets, body))) == (401, "hooks.refused")


@pytest.mark.parametrize(
    ("ticker", "exchange", "meant"),
    [
        ("BTCUSDT", "", BTC),
        ("BTC/USDT", "", BTC),
        ("btc-usdt", "", BTC),
        ("BINANCE:BTCUSDT", "", BTC),
        ("BITSTAMP:BTCUSDT", "", BTC),
        ("ETHUSDT", "KRAKEN", OTHER),
        ("BINANCE:ETHUSDT", "KRAKEN", ETH),
        (OTHER, "", OTHER),
    ],
)
def test_a_ticker_is_one_of_the_bots_instruments(given, ticker, exchange, meant):
    send(given[1], said(given[2], ticker=ticker, exchange=exchange))

    assert Alert.objects.get().instrument_id == meant


@pytest.mark.parametrize(
    ("action", "position", "asks"),
    [
        ("buy", None, "enter_long"),
        ("Enter_Long", None, "enter_long"),
        (None, "long", "enter_long"),
        ("buy", "long", "enter_long"),
        ("buy", "flat", "exit_long"),
        ("sell", "long", "exit_long"),
        ("sell", "short", "exit_long"),
        ("exit", None, "exit_long"),
        ("close-long", "{{strategy.market_position}}", "exit_long"),
    ],
)
def test_words_of_selling_go_before_words_of_buying(given, action, position, asks):
    send(given[1], said(given[2], action=action, position=position))

    assert Alert.objects.get().action == asks


def test_a_replaced_secret_opens_for_a_while_or_not_at_all_and_one_taken_back_never(given):
    bot, hook, first = given
    _hook, second = rotate_hook(bot=bot, actor=bot.owner, overlap_h=1)
    sent = [send(hook, said(one, order_id=str(n), ticker=ticker)) for n, (one, ticker) in enumerate(
        [(first, "BTCUSDT"), (second, "ETHUSDT")]
    )]  # fmt: skip
    assert [answer.status_code for answer in sent] == [202, 202]
    with clock.at(clock.now() + timedelta(hours=1, seconds=1)):
        assert refused(send(hook, said(first))) == (401, "hooks.refused")

    _hook, third = rotate_hook(bot=bot, actor=bot.owner, overlap_h=0)
    assert refused(send(hook, said(second))) == (401, "hooks.refused")
    revoke_hook(bot=bot, actor=bot.owner)
    body = json.dumps(said(third, secret=None)).encode()
    assert refused(send(hook, said(third))) == refused(send(hook, body, **signed(third, body)))
    assert refused(send(hook, said(third))) == (401, "hooks.refused")


def test_a_bot_stopped_for_good_takes_no_alert(given):
    bot, hook, secrets = given
    Bot.objects.filter(pk=bot.pk).update(status="stopped")

    assert refused(send(hook, said(secrets))) == (409, "hooks.bot_stopped")
    assert written() == (0, 0)


def test_another_tenant_knows_nothing_of_it(given, bolt_ctx):
    _bot, hook, secrets = given

    assert refused(send(hook, said(secrets), client=browser(host="bolt.localhost"))) == (401, "hooks.refused")
    assert send(hook, said(secrets), client=browser(host="nobody.localhost")).status_code == 404


def test_a_brands_own_host_takes_alerts_and_its_answers_name_no_platform(given, acme):
    bot, hook, secrets = given
    given_brand(acme, bot.owner)
    client = browser(host=HOST)
    sent = [said(secrets), said(secrets, secret="x"), said(secrets, ticker="BTCUSDT.P"), b"buy"]
    answers = [send(hook, message, client=client) for message in sent]
    with low_limits(anonymous=1):
        answers += [send(hook, sent[1], client=client) for _ in range(3)]

    assert [answer.status_code for answer in answers[:4]] == [202, 401, 422, 400]
    assert answers[-1].status_code == 429
    assert address_of(hook).partition("/hooks/")[0] in {f"http://{HOST}:8000", f"https://{HOST}"}
    assert not [answer for answer in answers if "cryptouniverse" in answer.content.decode().lower()]


def test_too_many_from_one_place_are_refused(given):
    _bot, hook, secrets = given
    message = said(secrets)
    with low_limits(anonymous=3):
        sent = [send(hook, message) for _ in range(8)]  # a Redis that is slow once counts anew
    answers = [answer.status_code for answer in sent]

    assert sent[-1].json()["detail"].startswith("That was too much at once")
    assert (answers[0], answers[-1]) == (202, 429)
    assert set(answers) == {202, 200, 429}
