"""Rule sets that are kept: versions that never change, and runs by them."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from strategies.backtest.models import Run
from strategies.backtest.selectors import runs_of
from strategies.backtest.services import ask_for_run, delete_run, work_runs
from strategies.builder import services
from strategies.builder.errors import (
    BadRules,
    RulesChanged,
    RulesInUse,
    TooManyRuleSets,
    TooManyVersions,
    UnknownRuleSet,
)
from strategies.builder.models import RuleSet, RuleSetVersion
from strategies.builder.selectors import name_of_version, strategy_named, version_of, versions_of
from strategies.builder.services import (
    create_rule_set,
    delete_rule_set,
    exported,
    rename_rule_set,
    save_version,
)
from strategies.catalog.errors import UnknownStrategy
from strategies.catalog.registry import strategy
from tenants.audit.models import AuditRecord
from tests.api.client import ApiClient
from tests.people import member
from tests.strategies.rule_documents import RULES, TWINS, above, document, line, price
from tests.strategies.test_backtest_runs import plan
from tests.trading.marketdata_cast import BTC, candles, given_candles
from trading.indicators.registry import indicators

pytestmark = pytest.mark.django_db
BAD = document(above(line("smaa"), price()))


@pytest.fixture
def alice(acme):
    return member("alice@example.com")


@pytest.fixture
def bob(acme):
    return member("bob@example.com")


def audited(prefix="rules."):
    return list(AuditRecord.objects.filter(action__startswith=prefix).order_by("pk").values_list("action", flat=True))


def kept():
    return RuleSet.objects.count(), RuleSetVersion.objects.count(), len(audited())


def test_a_rule_set_is_saved_in_versions_that_stay_as_they_were(alice):
    made = create_rule_set(actor=alice, document=RULES)
    saved = save_version(actor=alice, rule_set_id=made.public_id, document={**RULES, "stop_bps": 99}, based_on=1)
    again = save_version(actor=alice, rule_set_id=made.public_id, document={**RULES, "stop_bps": 99}, based_on=1)
    rename_rule_set(actor=alice, rule_set_id=made.public_id, name="  Weakness \n ")
    made.refresh_from_db()

    assert (saved.number, again.number, made.newest, made.name) == (2, 2, 2, "Weakness")
    assert [each.document["stop_bps"] for each in versions_of(made)] == [99, RULES["stop_bps"]]
    assert saved.hash != version_of(made, 1).hash
    assert exported(version_of(made, 1)) == {**version_of(made, 1).document, "name": "Weakness"}
    assert audited() == ["rules.created", "rules.saved", "rules.renamed"]


def test_the_database_itself_refuses_to_change_a_version(alice):
    version = version_of(create_rule_set(actor=alice, document=RULES))
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        RuleSetVersion.objects.filter(pk=version.pk).update(document={})
    delete_rule_set(actor=alice, rule_set_id=version.rule_set.public_id)
    assert not RuleSetVersion.objects.exists()


def test_what_was_exported_is_imported_the_same(alice, bob):
    made = create_rule_set(actor=alice, document=RULES)
    other = create_rule_set(actor=bob, document=exported(version_of(made)))
    assert version_of(other).hash == version_of(made).hash
    assert exported(version_of(other)) == exported(version_of(made))


def test_a_version_on_top_of_an_older_one_is_a_conflict(alice):
    made = create_rule_set(actor=alice, document=RULES)
    save_version(actor=alice, rule_set_id=made.public_id, document={**RULES, "stop_bps": 99}, based_on=1)
    with pytest.raises(RulesChanged, match="Version 2"):
        save_version(actor=alice, rule_set_id=made.public_id, document={**RULES, "stop_bps": 98}, based_on=1)
    assert kept() == (1, 2, 2)


def test_nothing_is_kept_of_what_is_refused(alice, bob, monkeypatch):
    made = create_rule_set(actor=alice, document=RULES)
    before = kept()
    with pytest.raises(BadRules):
        create_rule_set(actor=alice, document=BAD)
    with pytest.raises(BadRules):
        save_version(actor=alice, rule_set_id=made.public_id, document=BAD, based_on=1)
    for name in ("", "  ", "x" * 81, "a\u202eb"):
        with pytest.raises(BadRules):
            rename_rule_set(actor=alice, rule_set_id=made.public_id, name=name)
    for act in (rename_rule_set, save_version, delete_rule_set):
        more = {"name": "x"} if act is rename_rule_set else {"document": RULES, "based_on": 1}
        with pytest.raises(UnknownRuleSet):
            act(actor=bob, rule_set_id=made.public_id, **({} if act is delete_rule_set else more))
    monkeypatch.setattr(services, "KEPT_MAX", 1)
    monkeypatch.setattr(services, "VERSIONS_MAX", 1)
    with pytest.raises(TooManyRuleSets):
        create_rule_set(actor=alice, document=RULES)
    with pytest.raises(TooManyVersions):
        save_version(actor=alice, rule_set_id=made.public_id, document={**RULES, "stop_bps": 7}, based_on=1)
    assert kept() == before


def test_its_name_finds_the_strategy_for_its_owner_alone(alice, bob):
    made = create_rule_set(actor=alice, document=RULES)
    name = name_of_version(made, 1)
    assert len(name_of_version(made, 200)) <= 60
    found = strategy_named(name, alice)
    assert (found.name, found.title, found.resolve({})) == (name, made.name, strategy("rsi_reversion").resolve({}))
    assert strategy_named("rsi_reversion", alice) is strategy("rsi_reversion")
    wrong = (
        f"rules:{made.public_id}:2",
        f"rules:{made.public_id}:01",
        f"rules:{made.public_id}",
        "rules:x:1",
        "rules:",
    )
    for asked in (*wrong, f"rules:{uuid4()}:1", f"rules:{made.public_id}:{2**40}", name.upper()):
        with pytest.raises(UnknownStrategy):
            strategy_named(asked, alice)
    for person in (bob, None):
        with pytest.raises(UnknownStrategy):
            strategy_named(name, person)


def test_a_run_by_rules_is_the_run_by_its_twin_and_holds_the_rules(alice, bob):
    given_candles(candles(600))
    made = create_rule_set(actor=alice, document=TWINS["moving_average_cross"])
    name = name_of_version(made, 1)
    ask_for_run(actor=alice, plan=plan(strategy=name))
    ask_for_run(actor=alice, plan=plan())
    with pytest.raises(UnknownStrategy):
        ask_for_run(actor=bob, plan=plan(strategy=name))
    work_runs()
    twin, ours = runs_of(alice)
    assert ours.error is None
    assert (ours.state, ours.strategy) == ("done", name)
    assert ours.hash == twin.hash != ""

    with pytest.raises(RulesInUse):
        delete_rule_set(actor=alice, rule_set_id=made.public_id)
    assert RuleSet.objects.count() == 1
    delete_run(actor=alice, run_id=ours.public_id)
    delete_rule_set(actor=alice, rule_set_id=made.public_id)
    assert (RuleSet.objects.count(), RuleSetVersion.objects.count(), Run.objects.count()) == (0, 0, 1)
    assert audited()[-1] == "rules.deleted"


def test_over_the_api_it_is_made_checked_versioned_and_run(alice):
    given_candles(candles(600))
    api = ApiClient.signed_in(alice, host="acme.localhost")
    bad = api.post("rule-sets", {"document": BAD})
    assert (bad.status_code, bad.json()["code"], bad.json()["facts"]["path"]) == (
        422, "rules.invalid", "/enter_long/left/name",
    )  # fmt: skip
    told = api.post("rule-sets/validate", {"document": BAD}).json()
    assert told == {
        "valid": False, "warmup": None,
        "problems": [
            {"path": "/enter_long/left/name", "detail": "There is no indicator smaa.", "nearest": "sma"}
        ],
    }  # fmt: skip
    for nonsense in (None, [], "x", 7):
        assert api.post("rule-sets/validate", {"document": nonsense}).status_code in {200, 422}
    good = api.post("rule-sets/validate", {"document": RULES}).json()
    assert (good["valid"], good["warmup"], good["problems"]) == (True, 188, [])
    assert kept() == (0, 0, 0)

    made = api.post("rule-sets", {"document": RULES})
    assert made.status_code == 201
    address = f"rule-sets/{made.json()['id']}"
    changed = {**RULES, "target_bps": 1}
    saved = api.post(f"{address}/versions", {"document": changed, "based_on": 1})
    assert (saved.status_code, saved.json()["number"]) == (201, 2)
    late = api.post(f"{address}/versions", {"document": RULES, "based_on": 1})
    assert (late.status_code, late.json()["facts"]) == (409, {"version": 2})
    assert api.patch(address, {"name": "Other"}).json()["name"] == "Other"
    listed = api.get(f"{address}/versions").json()["data"]
    assert [each["number"] for each in listed] == [2, 1]
    assert listed[0]["document"] == {**changed, "name": "Other"}
    assert api.get(f"{address}/versions/1").json()["document"]["target_bps"] == 500
    assert api.get(f"{address}/versions/3").status_code == 404
    run = {"strategy": api.get(address).json()["strategy"], "instruments": [BTC], "timeframe": "1h"}
    assert api.post("backtests", run).status_code == 201
    assert api.delete(address).status_code == 409
    assert api.get("rule-sets/schema").json()["$id"] == "urn:strategy-rules:1"
    known = {one["name"]: one for one in api.get("indicators").json()["data"]}
    assert len(known) == len(indicators()) and known["rsi"]["warmup"] == 14 and "Wilder" in known["rsi"]["convention"]
