"""A person's own rules in their feed and among their signals: theirs alone, wherever somebody looks."""

from __future__ import annotations

import pytest

from cryptouniverse.kernel.market import Timeframe
from strategies.builder.errors import RulesInUse
from strategies.builder.models import RuleSignal
from strategies.builder.selectors import name_of_version
from strategies.builder.services import create_rule_set, delete_rule_set
from strategies.builder.tasks import sweep_old_rule_signals
from strategies.catalog.errors import UnknownStrategy
from strategies.feed.delivering import deliver_signals
from strategies.feed.models import SignalSubscription
from strategies.feed.selectors import notices_of
from strategies.feed.services import follow_strategy, unfollow
from strategies.signals.models import SignalRecord
from strategies.signals.services import forget_decided
from tests.api.client import ApiClient
from tests.people import browser, member
from tests.strategies.rule_documents import above, below, declared, document, line, price
from tests.strategies.scanner_stage import BTC, CURSOR, HOUR, given_markets, shown_to

pytestmark = pytest.mark.django_db
RULES = document(
    above(price(), line("sma", period="period")),
    below(price(), line("sma", period="period")),
    parameters=[declared("period", 5, 2, 50, 1)],
    patience=6,
    target_bps=150,
)


@pytest.fixture
def alice(acme):
    given_markets()
    forget_decided()
    return member("alice@example.com")


@pytest.fixture
def name(alice):
    return name_of_version(create_rule_set(actor=alice, document=RULES), 1)


def follow(person, name):
    return follow_strategy(actor=person, strategy=name, parameters={}, instrument_id=BTC, timeframe=Timeframe.H1)


def passed(hours):
    shown_to(CURSOR + hours * HOUR)
    return deliver_signals()


def test_ones_own_rules_are_followed_and_nothing_of_them_is_everybodys(alice, name):
    follow(alice, name)

    assert passed(30) == notices_of(alice).count() >= 4
    assert set(notices_of(alice).values_list("strategy", flat=True)) == {name}
    entry = notices_of(alice).filter(action="enter_long").first()
    assert entry.stop < entry.price < entry.target
    assert not SignalRecord.objects.exists()
    assert deliver_signals() == 0


def test_rules_of_others_are_not_there(alice, name):
    bob = member("bob@example.com")
    for wrong in (name, f"{name}0", "rules:7:1", "webhook"):
        with pytest.raises(UnknownStrategy):
            follow(bob, wrong)
    api = ApiClient.signed_in(bob, host="acme.localhost")
    sent = {"strategy": name, "instrument": BTC, "timeframe": "1h"}
    assert api.post("signals/subscriptions", sent).json()["code"] == "strategy.unknown"
    assert not SignalSubscription.objects.exists()


def test_what_rules_asked_for_is_among_their_owners_signals_alone(alice, name):
    follow(alice, name)
    passed(30)
    hers, his = (ApiClient.signed_in(person, host="acme.localhost") for person in (alice, member("bob@example.com")))

    rows = hers.get("signals", {"own": "true", "limit": 100}).json()["data"]
    assert {row["id"] for row in rows} == {str(one) for one in notices_of(alice).values_list("signal_id", flat=True)}
    assert rows[0]["strategy"] == name
    assert hers.get("signals", {"strategy": name, "action": "enter_long"}).json()["data"]
    assert his.get("signals", {"own": "true"}).json()["data"] == []
    assert his.get("signals", {"strategy": name}).json()["data"] == []
    assert hers.get("signals").json()["data"] == []
    assert hers.get("signals", {"own": "yes"}).status_code == 422


def test_rules_that_are_followed_stay_until_nobody_follows_them(alice, name):
    row = follow(alice, name)
    passed(10)
    rule_set_id = name.split(":")[1]
    with pytest.raises(RulesInUse, match="followed: 1"):
        delete_rule_set(actor=alice, rule_set_id=rule_set_id)

    unfollow(actor=alice, subscription_id=row.public_id)
    delete_rule_set(actor=alice, rule_set_id=rule_set_id)

    assert not RuleSignal.objects.exists()
    assert notices_of(alice).exists()


def test_what_rules_asked_for_long_ago_is_forgotten(alice, name):
    follow(alice, name)
    passed(30)
    kept = RuleSignal.objects.count()
    RuleSignal.objects.filter(pk=RuleSignal.objects.first().pk).update(created_at="2020-01-01T00:00:00Z")
    sweep_old_rule_signals.run()
    assert RuleSignal.objects.count() == kept - 1 >= 1


def test_the_page_offers_and_names_them_to_their_owner_alone(alice, name):
    client = browser(alice)
    assert name in client.get("/lab/signals/").content.decode()
    sent = {"strategy": name, "instrument": BTC, "timeframe": "1h"}
    assert client.post("/lab/opportunities/follow/", sent).status_code == 302
    passed(20)

    seen = client.get("/lab/signals/").content.decode()
    assert "My rules 1" in seen
    assert name not in browser(member("bob@example.com")).get("/lab/signals/").content.decode()
