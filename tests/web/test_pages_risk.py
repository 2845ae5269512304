"""The risk page: limits with whose is the strictest, protections that lock, triggers that near, each changed there."""

import json
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.web import risk_forms
from tenants.audit.models import AuditRecord
from tests.people import browser, member
from tests.web.seen import seen
from tests.web.stage import H1, given_desk, given_market
from trading.ceilings.caps import CAP_OF
from trading.ceilings.types import CAPS, Level, Mode
from trading.execution.selectors import closed_since
from trading.marketdata.selectors import feed_state
from trading.portfolio.models import Position
from trading.risk import protections, triggers
from trading.risk.models import RiskLimits
from trading.risk.protections.parameters import Sort, parameters_of
from trading.risk.services import change_ceiling, change_limits, stop_trading

QUERIES_MAX = 17
BTC = "sim:BTC/USDT"


class Forms(HTMLParser):
    """What each form of a page would send as it is, by the form's id."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: dict[str, dict[str, str]] = {}
        self.at, self.area, self.choice = {}, "", ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.at = self.found.setdefault(given.get("id", ""), {})
        elif tag == "input" and given.get("name"):
            self.at[given["name"]] = given.get("value", "")
        elif tag == "textarea":
            self.area = given["name"]
            self.at[self.area] = ""
        elif tag == "select":
            self.choice = given["name"]
        elif tag == "option" and ("selected" in given or self.choice not in self.at):
            self.at[self.choice] = given.get("value", "")

    def handle_endtag(self, tag):
        self.area = "" if tag == "textarea" else self.area

    def handle_data(self, data):
        if self.area:
            self.at[self.area] += data.strip()


def forms(answer) -> dict[str, dict[str, str]]:
    return Forms(answer.content.decode()).found


def typed(page, name: str) -> dict[str, str]:
    """What the form of this name would send if nothing were touched."""
    return forms(page.get("/risk/"))[name]


def row(desk) -> RiskLimits:
    return RiskLimits.objects.get(portfolio=desk)


def audited() -> list[AuditRecord]:
    return list(AuditRecord.objects.filter(action__in=["limits.changed", "ceiling.changed"]).order_by("pk"))


def closed(desk, *, lost: str = "10", ago: int = 1) -> None:
    """A position in bitcoin that was closed with a loss, so many candles ago."""
    at_ms = feed_state().cursor_ms - ago * feed_state().timeframe.ms
    Position.objects.create(
        portfolio=desk, instrument_id=BTC, quantity=0, cost=0, entry_price=100, stop_price=90, mark_price=90,
        mark_slot_ms=at_ms, opened_slot_ms=at_ms, closed_slot_ms=at_ms, realised=-Decimal(lost),
    )  # fmt: skip


def test_every_limit_is_shown_with_what_it_means_and_its_bounds(page, desk):
    text = seen(page.get("/risk/"))

    assert set(CAP_OF) == set(CAPS)
    assert all(cap.words in text and cap.meaning in text for cap in CAP_OF.values())
    assert "more than 0, up to 100" in text and "1 to 86,400" in text and "Allowed instruments" in text


def test_one_limit_is_changed_alone_and_audited_once(page, desk):
    sent = typed(page, "form-limits")
    change_limits(portfolio=desk, actor=desk.owner, collar_bps=55)  # somebody else, meanwhile

    answer = page.post("/risk/", {**sent, "order_notional_max": "750.5"}, follow=True)

    assert "The limits are saved" in seen(answer)
    assert (row(desk).order_notional_max, row(desk).collar_bps) == (Decimal("750.5"), 55)
    assert [one.after for one in audited()][1:] == [{"order_notional_max": "750.5"}]
    page.post("/risk/", typed(page, "form-limits"))
    assert len(audited()) == 2


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("risk_per_trade_pct", "0", "More than 0."),
        ("position_pct_max", "101", "At most 100."),
        ("quote_age_s_max", "0", "At least 1."),
        ("open_positions_max", "2.5", "A whole number such as 5."),
        ("daily_loss_pct_max", "NaN", "A number such as 0.5."),
        ("order_notional_max", "much", "A number such as 0.5."),
        ("position_notional_max", "1e999999", "At most"),
        ("collar_bps", "", "Say a number."),
        ("whitelist", "sim:NONE/USDT", "No instrument is called sim:NONE/USDT."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(page, desk, field, value, words):
    before = RiskLimits.objects.filter(portfolio=desk).values().get()
    other = "collar_bps" if field != "collar_bps" else "open_positions_max"

    answer = page.post("/risk/", {**typed(page, "form-limits"), other: "7", field: value})

    html, kept = answer.content.decode(), forms(answer)["form-limits"]
    assert answer.status_code == 422 and words in html[html.index(f'id="cap-{field}_error"') :][:400]
    assert (kept[field], kept[other]) == (value, "7")
    assert RiskLimits.objects.filter(portfolio=desk).values().get() == before and audited() == []


def test_a_symbol_stands_for_its_instrument(page, desk):
    page.post("/risk/", {**typed(page, "form-limits"), "whitelist": "btc/usdt, sim:ETH/USDT"})

    assert row(desk).whitelist == [BTC, "sim:ETH/USDT"]


def test_whose_limit_is_the_strictest_is_named(page, desk, acme):
    boss = member("boss@acme.example", role="admin")
    bot = desk.bots.first()
    change_ceiling(level=Level.TENANT, subject=current_tenant().id, actor=boss, order_notional_max=Decimal(400))
    change_ceiling(level=Level.USER, subject=desk.owner.public_id, actor=boss, collar_bps=99_0, whitelist=[BTC])
    change_ceiling(level=Level.BOT, subject=bot.public_id, actor=boss, open_positions_max=1, collar_bps=5_000)

    text = seen(page.get("/risk/"))

    assert "Stricter now: 400 USDT, by the organisation" in text and "Stricter now: BTC/USDT, by the person" in text
    assert f"{bot.name}: 1 " in text and "5,000 bps" not in text and "990 bps" not in text


def filled(part: str, name: str) -> dict[str, str]:
    """Something for every parameter of a kind that can stand beside the others."""
    if part == "triggers":
        return {"limit": "3", "mode": "flatten"}
    example = {Sort.COUNT: "3", Sort.RATIO: "2.5", Sort.FLAG: "yes", Sort.CLOCK: "08:00"}
    left_out = {"stop_duration", "unlock_at", "lookback_period"}
    asked = parameters_of(protections.METHODS[name])
    return {one.name: example[one.sort] for one in asked if one.name not in left_out}


KINDS = [("protections", name) for name in protections.METHODS] + [("triggers", name) for name in triggers.KINDS]


@pytest.mark.parametrize(("part", "name"), KINDS)
def test_every_kind_can_be_added_changed_and_removed(page, desk, part, name):
    sent = {**typed(page, f"form-{name}"), **filled(part, name)}
    assert page.post("/risk/", sent).status_code == 302
    [stored] = getattr(row(desk), part)
    assert name in stored.values() and len(stored) == len(filled(part, name)) + 1

    own = next(key for key in forms(page.get("/risk/")) if key.endswith("-0"))
    changed = {"limit": "4"} if part == "triggers" else {"stop_duration_candles": "9"}
    page.post("/risk/", {**typed(page, own), **changed})
    [after] = getattr(row(desk), part)
    assert after == {**stored, **{key: "4" if key == "limit" else 9 for key in changed}}

    own = next(key for key in forms(page.get("/risk/")) if key.endswith("-0"))
    page.post("/risk/", {**typed(page, own), "remove": "yes"})
    assert getattr(row(desk), part) == [] and len(audited()) == 3


def test_a_kind_to_come_is_on_the_page_without_another_change(page, desk, monkeypatch):
    kind = replace(triggers.KINDS["drawdown"], name="moon", words="Phase of the moon", meaning="It wanes.")
    method = replace(protections.METHODS["MaxDrawdown"], name="MoonGuard", meaning="It waits.")
    monkeypatch.setitem(triggers.KINDS, "moon", kind)
    monkeypatch.setitem(protections.METHODS, "MoonGuard", method)

    text = seen(page.get("/risk/"))
    assert "Phase of the moon" in text and "It wanes." in text and "MoonGuard" in text and "It waits." in text
    page.post("/risk/", {"part": "triggers", "kind": "moon", "limit": "5", "mode": "freeze"})
    page.post("/risk/", {"part": "protections", "kind": "MoonGuard", "max_allowed_drawdown": "2"})

    assert row(desk).triggers == [{"trigger": "moon", "limit": "5", "mode": "freeze"}]
    assert row(desk).protections == [{"method": "MoonGuard", "max_allowed_drawdown": "0.02"}]


@pytest.mark.parametrize(
    ("sent", "field", "words"),
    [
        ({"part": "triggers", "kind": "drawdown", "limit": "101", "mode": "freeze"}, "drawdown-limit", "At most 100."),
        ({"part": "triggers", "kind": "feed", "limit": "-1", "mode": "freeze"}, "feed-limit", "More than 0."),
        ({"part": "triggers", "kind": "feed", "limit": "5", "mode": "normal"}, "feed-mode", "Select a valid choice"),
        (
            {"part": "protections", "kind": "CooldownPeriod", "stop_duration": "5", "unlock_at": "08:00"},
            "CooldownPeriod-unlock_at",
            "Say one of these, not several.",
        ),
        (
            {"part": "protections", "kind": "StoplossGuard", "trade_limit": "0"},
            "StoplossGuard-trade_limit",
            "At least 1.",
        ),
        (
            {"part": "protections", "kind": "CooldownPeriod", "unlock_at": "25:00"},
            "CooldownPeriod-unlock_at",
            "A time such as 08:00.",
        ),
    ],
)
def test_a_part_that_cannot_be_is_refused_at_its_field(page, desk, sent, field, words):
    answer = page.post("/risk/", sent)

    html = answer.content.decode()
    assert answer.status_code == 422 and words in html[html.index(f'id="{field}_error"') :][:400]
    kept = forms(answer)[f"form-{sent['kind']}"]
    shown = {name: value for name, value in sent.items() if value != "normal"}  # which is no choice
    assert shown.items() <= kept.items() and f'id="add-{sent["kind"]}" open' in html
    assert row(desk).triggers == row(desk).protections == []


@pytest.mark.parametrize(
    "sent", [{}, {"part": "mode"}, {"part": "triggers", "kind": "sun"}, {"part": "protections", "was": "[]"}]
)
def test_what_is_no_form_of_ours_changes_nothing(page, desk, sent):
    assert page.post("/risk/", sent).status_code == 422
    assert audited() == []


def test_what_was_changed_meanwhile_is_not_changed_again(page, desk):
    change_limits(portfolio=desk, actor=desk.owner, triggers=[{"trigger": "drawdown", "limit": "10"}])
    own = next(key for key in forms(page.get("/risk/")) if key.endswith("-0"))
    sent = typed(page, own)
    change_limits(portfolio=desk, actor=desk.owner, triggers=[{"trigger": "drawdown", "limit": "5"}])

    for more in ({"limit": "50"}, {"remove": "yes"}):
        assert "changed or removed meanwhile" in seen(page.post("/risk/", {**sent, **more}, follow=True))
    assert [one["limit"] for one in row(desk).triggers] == ["5"]


def test_a_trigger_has_a_meter_that_warns_at_80_percent(page, desk):
    change_limits(portfolio=desk, actor=desk.owner, triggers=[{"trigger": "loss_streak", "limit": "5"}])
    for number in range(3):
        closed(desk, ago=number)
    assert "Now 3 of 5" in seen(page.get("/risk/"))

    closed(desk)
    html = page.get("/risk/panels/").content.decode()
    assert 'class="bar--warn" value="80' in html and "Near" in html and 'hx-swap-oob="morph"' in html

    closed(desk)
    assert "Reached 5 of 5" in seen(page.get("/risk/"))


def test_a_protection_says_what_it_locks_and_until_when(busy_page, busy_desk):
    last = {one.instrument_id: one.closed_ms for one in closed_since([busy_desk.pk], since_ms=0)[busy_desk.pk]}
    change_limits(
        portfolio=busy_desk,
        actor=busy_desk.owner,
        protections=[
            {"method": "CooldownPeriod", "stop_duration_candles": 500},
            {"method": "MaxDrawdown", "stop_duration_candles": 1, "max_allowed_drawdown": "100"},
        ],
    )

    text = seen(busy_page.get("/risk/"))

    assert len(last) > 1
    for name, closed_ms in last.items():
        until = clock.from_ms(closed_ms + 501 * H1.ms)  # with the candle in which its time is over
        assert f"{name.partition(':')[2]} · until {until:%-d %b, %H:%M} UTC" in text
    assert text.count(" · until ") == len(last) and "Locks nothing now" in text


def test_the_mode_is_shown_with_its_cause(page, desk):
    assert "Nothing is stopped" in seen(page.get("/risk/"))
    stop_trading(portfolio=desk, by="", reason="The value fell.", mode=Mode.FREEZE, cause="drawdown")

    text = seen(page.get("/risk/"))
    assert "Freeze: the portfolio" in text and 'Set by the trigger "Drawdown from the highest value"' in text


def test_a_loosening_asks_who_is_there_first_and_leads_back(alice, desk):
    page = browser(alice, confirmed=False)
    text = page.get("/risk/").content.decode()
    sent = {**typed(page, "form-limits"), "order_notional_max": "99999"}

    answer = page.post("/risk/", sent, headers={"referer": f"http://acme.localhost/risk/?portfolio={desk.public_id}"})

    assert answer["Location"].startswith("/security/confirm/?next=%2Frisk%2F%3Fportfolio%3D")
    assert 'data-keep="/security/confirm/"' in text and "what you typed stays" in text
    assert row(desk).order_notional_max == 10_000


def test_who_may_only_look_finds_no_button(acme):
    viewer = member("vera@acme.example", role="viewer")
    given_market()
    given_desk(viewer)
    page = browser(viewer)

    html = page.get("/risk/").content.decode()

    assert 'class="caps" disabled' in html and "Save the limits" not in html and "Add a trigger" not in html
    assert page.post("/risk/", typed(page, "form-limits")).status_code == 403


def test_somebody_elses_portfolio_is_not_there_and_without_one_there_are_first_steps(desk):
    eve = browser(member("eve@acme.example"))

    for address in ("/risk/", "/risk/panels/"):
        assert eve.get(address, {"portfolio": desk.public_id}).status_code == 404
        assert eve.get(address, {"portfolio": "x"}).status_code == 404
    assert "You have no paper portfolio yet" in seen(eve.get("/risk/"))
    assert eve.get("/risk/panels/").status_code == 204


def test_the_page_costs_few_queries(busy_page, busy_desk):
    busy_page.get("/risk/")
    with CaptureQueriesContext(connection) as queries:
        busy_page.get("/risk/")

    asked = [query["sql"] for query in queries if not query["sql"].startswith("SET ")]
    assert len(asked) <= QUERIES_MAX, "\n".join(asked)


def test_ratios_are_typed_in_percent_and_stored_exactly(page, desk):
    page.post("/risk/", {"part": "protections", "kind": "LowProfitPairs", "required_profit": "-0.00012345"})

    assert json.dumps(row(desk).protections[0]["required_profit"]) == '"-0.0000012345"'
    assert risk_forms.plain("-0.0000012345") == "-0.0000012345"
