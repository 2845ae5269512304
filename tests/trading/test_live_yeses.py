"""Real money: every yes is asked for where it is given and where an order leaves; profit costs bought credits."""

from decimal import Decimal

import pytest

from credits.ledger.selectors import wallets_of
from credits.ledger.services import top_up
from credits.metering.models import MeteredProfit
from cryptouniverse.kernel.money import Credits
from tenants.audit.models import AuditRecord
from tenants.provisioning.selectors import live_trading
from tenants.provisioning.services import set_live_trading
from tests.people import member
from tests.trading.connections_cast import credentials, given_connection
from tests.trading.exchange_desk import (
    Accepted,
    answer,
    bought,
    claim,
    filled,
    given_desk,
    intents,
    learn,
    leave,
    send,
    stop_of,
    wish,
)
from tests.trading.fake_exchange import TRADING
from tests.trading.live_stage import TERMS, accepted, everybody_says_yes, given_live_desk, take_back
from trading.connections.errors import BadConnection, LiveNotAllowed, NotIpRestricted, NotTested, TermsNotAccepted
from trading.connections.models import Connection
from trading.connections.selectors import missing_yeses
from trading.connections.services import activate, allow_autonomous, create_connection, end_autonomous
from trading.connections.types import Kind, Status, Yes
from trading.exchanges.types import KeyRights, VenueStatus
from trading.execution.models import Fill
from trading.portfolio.models import Portfolio

LIVE = {"venue": "binance", "kind": Kind.LIVE, "label": "Real"}
BOUND = KeyRights(trade=True, withdraw=False, transfer=False, ip_restricted=True)


def made(owner, exchange, rights=BOUND, **facts):
    return create_connection(
        owner=owner, **{**LIVE, **TERMS, **facts}, credentials=exchange.knows(credentials(), rights)
    )


def sold(desk, position, price) -> Fill:
    leave(desk, position)
    [withdrawal] = claim(desk).withdrawals
    assert withdrawal
    learn(desk, stop_of(position, VenueStatus.CANCELLED))
    sending = send(desk)
    answer(desk, sending, Accepted(filled(sending, "x", price)))
    return Fill.objects.get(side="sell")


@pytest.mark.parametrize(
    ("kind", "currency", "other"), [("live", "CREDIT", "PRACTICE"), ("sandbox", "PRACTICE", "CREDIT")]
)
def test_profit_with_real_money_uses_up_bought_credits_and_with_play_money_practice_ones(
    acme, settings, kind, currency, other
):
    desk = given_live_desk(settings) if kind == "live" else given_desk()
    owner = Portfolio.objects.get(pk=desk.portfolio_pk).owner
    top_up(user=owner, amount=Credits(1000), currency="CREDIT", idempotency_key="bought", reason="bought")

    fill = sold(desk, bought(desk), "120")

    [metered] = MeteredProfit.objects.select_related("mark")
    assert (metered.profit, metered.mark.currency) == (fill.profit, currency)
    assert fill.profit == Decimal(2)
    assert wallets_of([owner.pk], currency)[owner.pk].available == 1000 - metered.consumed < 1000
    assert wallets_of([owner.pk], other)[owner.pk].available == 1000


@pytest.mark.parametrize("who", ["platform", "tenant", "connection"])
def test_no_entry_leaves_without_every_yes_and_exits_leave_without_any(acme, settings, who):
    desk = given_live_desk(settings)
    position = bought(desk)
    wish(desk)

    take_back(who, desk, settings)
    assert claim(desk).sendings == []
    assert missing_yeses(desk.connection_pk) == (Yes(who),)

    assert sold(desk, position, "120").cause == "exit"
    assert intents(desk).count("entry recorded") == 1


def test_with_every_yes_an_entry_leaves(acme, settings):
    desk = given_live_desk(settings)
    wish(desk)

    assert [sending.purpose for sending in claim(desk).sendings] == ["entry"]


@pytest.mark.parametrize(("platform", "tenant", "missing"), [(False, True, "platform"), (True, False, "tenant")])
def test_a_live_account_is_neither_connected_nor_activated_nor_let_to_bots_without_the_others(
    alice, exchange, settings, platform, tenant, missing
):
    tested = given_connection(alice, label="A", kind=Kind.LIVE, status=Status.TESTED, **accepted())
    active = given_connection(alice, label="B", keys=credentials("b"), kind=Kind.LIVE, **accepted())
    everybody_says_yes(settings, platform=platform, tenant=tenant)

    for attempt in (
        lambda: made(alice, exchange),
        lambda: activate(connection=tested, actor=alice),
        lambda: allow_autonomous(connection=active, actor=alice, **TERMS),
    ):
        with pytest.raises(LiveNotAllowed) as refusal:
            attempt()
        assert refusal.value.facts["missing"] == [missing]
    assert exchange.opened == [] and not Connection.objects.filter(autonomous_live=True).exists()


def test_the_way_to_real_money_is_walked_and_back_again_on_the_record(alice, exchange, settings):
    everybody_says_yes(settings)
    row = made(alice, exchange)
    assert exchange.opened == [("", credentials().api_key)]  # the exchange's own address
    with pytest.raises(NotTested):
        allow_autonomous(connection=row, actor=alice, **TERMS)

    row = activate(connection=row, actor=alice)
    assert missing_yeses(row.pk) == (Yes.CONNECTION,)
    row = allow_autonomous(connection=row, actor=alice, **TERMS)
    assert allow_autonomous(connection=row, actor=alice, **TERMS).autonomous_live
    assert missing_yeses(row.pk) == ()
    row = end_autonomous(connection=row, actor=alice)
    assert not end_autonomous(connection=row, actor=alice).autonomous_live

    verbs = list(AuditRecord.objects.order_by("pk").values_list("action", flat=True))
    told = ["created", "activated", "autonomous_allowed", "autonomous_ended"]
    assert verbs == [f"connection.{verb}" for verb in told]


@pytest.mark.parametrize("version", ["", "2020-01"])
def test_the_terms_in_force_are_read_before_anything_of_it(alice, exchange, settings, version):
    everybody_says_yes(settings)
    with pytest.raises(TermsNotAccepted):
        made(alice, exchange, terms_version=version)
    active = given_connection(alice, kind=Kind.LIVE, **accepted())
    with pytest.raises(TermsNotAccepted):
        allow_autonomous(connection=active, actor=alice, terms_version=version)

    old = given_connection(alice, label="Old", keys=credentials("old"), kind=Kind.LIVE, status=Status.TESTED)
    with pytest.raises(TermsNotAccepted):
        activate(connection=old, actor=alice)


def test_play_money_has_no_yes_to_give(alice, exchange, settings):
    everybody_says_yes(settings)
    with pytest.raises(BadConnection):
        allow_autonomous(connection=given_connection(alice), actor=alice, **TERMS)


def test_a_live_key_that_works_from_everywhere_is_refused(alice, exchange, settings):
    everybody_says_yes(settings)
    with pytest.raises(NotIpRestricted):
        made(alice, exchange, rights=KeyRights(trade=True, withdraw=False, transfer=False, ip_restricted=False))


def test_the_organisations_yes_is_its_own_and_on_the_record(acme):
    admin = member("boss@acme.example", role="admin")
    assert not live_trading()
    assert [set_live_trading(allowed=allowed, actor=admin) for allowed in (True, True, False)] == [True, False, True]
    assert not live_trading()
    records = AuditRecord.objects.filter(action__startswith="tenant.live").order_by("pk")
    assert [(r.action, r.actor) for r in records] == [
        ("tenant.live_allowed", admin.public_id), ("tenant.live_ended", admin.public_id)
    ]  # fmt: skip


def test_untold_rights_are_no_reason_to_refuse(alice, exchange, settings):
    everybody_says_yes(settings)
    assert made(alice, exchange, rights=TRADING).status == Status.TESTED
