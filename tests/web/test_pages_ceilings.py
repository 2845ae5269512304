"""Limits above portfolios and the size of a bot's entries have pages that do what the API does, once audited."""

from dataclasses import replace
from decimal import Decimal

import pytest

from cryptouniverse.kernel.context import current_tenant
from tenants.audit.models import AuditRecord
from tests.people import browser, member
from tests.trading.connections_cast import given_connection
from tests.web.seen import seen
from tests.web.test_pages_risk import forms
from trading.ceilings.types import Level
from trading.risk import sizing
from trading.risk.selectors import ceiling_of
from trading.risk.services import change_ceiling
from trading.risk.sizing.types import Bounds


@pytest.fixture
def boss(acme):
    return member("boss@acme.example", role="admin", display_name="Bo")


def audited(action: str) -> list[AuditRecord]:
    return list(AuditRecord.objects.filter(action=action))


def places(desk, boss) -> dict[Level, tuple[str, object, object]]:
    """Each level's page, who may change it, and whose limits they are."""
    bot, link = desk.bots.first(), given_connection(desk.owner, label="Practice")
    return {
        Level.TENANT: ("/settings/limits/", boss, current_tenant().id),
        Level.USER: (f"/settings/limits/people/{desk.owner.public_id}/", boss, desk.owner.public_id),
        Level.CONNECTION: (f"/connections/{link.public_id}/limits/", desk.owner, link.public_id),
        Level.BOT: (f"/bots/{bot.public_id}/limits/", desk.owner, bot.public_id),
    }


LEVELS = [Level.TENANT, Level.USER, Level.CONNECTION, Level.BOT]


@pytest.mark.parametrize("level", LEVELS)
def test_a_level_is_limited_alone_and_audited_once(desk, boss, level):
    address, who, subject = places(desk, boss)[level]
    page = browser(who)
    sent = forms(page.get(address))["form-limits"]
    change_ceiling(level=level, subject=subject, actor=boss, collar_bps=55)  # somebody else, meanwhile

    answer = page.post(address, {**sent, "order_notional_max": "400"}, follow=True)

    assert "The limits are saved" in seen(answer)
    row = ceiling_of(level, subject)
    assert (row.order_notional_max, row.collar_bps, row.position_pct_max) == (400, 55, None)
    [_theirs, ours] = sorted(audited("ceiling.changed"), key=lambda one: one.pk)
    assert ours.actor == who.public_id and ours.after["order_notional_max"] == "400"

    page.post(address, {**forms(page.get(address))["form-limits"], "order_notional_max": ""})
    assert ceiling_of(level, subject).order_notional_max is None and len(audited("ceiling.changed")) == 3


@pytest.mark.parametrize("level", LEVELS)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(desk, boss, level):
    address, who, subject = places(desk, boss)[level]
    page = browser(who)

    answer = page.post(address, {"position_pct_max": "101", "collar_bps": "7"})

    html = answer.content.decode()
    assert answer.status_code == 422 and "At most 100." in html[html.index('id="cap-position_pct_max_error"') :][:300]
    assert forms(answer)["form-limits"].items() >= {"position_pct_max": "101", "collar_bps": "7"}.items()
    assert ceiling_of(level, subject).pk is None and audited("ceiling.changed") == []


@pytest.mark.parametrize("level", LEVELS)
def test_it_asks_who_is_there_where_the_api_does(desk, boss, level):
    address, who, subject = places(desk, boss)[level]

    answer = browser(who, confirmed=False).post(address, {"collar_bps": "7"})

    asked = answer["Location"].startswith("/security/confirm/")
    assert asked is (level is not Level.BOT) and (ceiling_of(level, subject).collar_bps == 7) is not asked


@pytest.mark.parametrize("level", LEVELS)
def test_others_find_no_form(desk, boss, level):
    address, _who, subject = places(desk, boss)[level]
    eve = browser(member("eve@acme.example"))

    answers = {eve.get(address).status_code, eve.post(address, {"collar_bps": "7"}).status_code}

    assert answers <= {403, 404} and ceiling_of(level, subject).pk is None


def test_an_administrator_finds_people_by_name(desk, boss):
    page = browser(boss)

    assert "Alice" in seen(page.get("/settings/limits/")) and "Limited" not in seen(page.get("/settings/limits/"))
    assert "Nobody is called so" in seen(page.get("/settings/limits/?q=zoe"))
    change_ceiling(level=Level.USER, subject=desk.owner.public_id, actor=boss, collar_bps=7)
    assert "Alice Limited" in seen(page.get("/settings/limits/?q=alice@"))


def sized(page, bot, method: str, **numbers: str):
    return page.post(f"/bots/{bot.public_id}/sizing/", {"method": method, **numbers}, follow=True)


@pytest.mark.parametrize("method", sizing.METHODS.values(), ids=lambda method: method.name)
def test_every_way_of_sizing_can_be_chosen(page, desk, method):
    bot = desk.bots.first()
    numbers = {name: f"{bounds.least or bounds.most:f}" for name, bounds in method.takes.items()}

    answer = sized(page, bot, method.name, **numbers)

    bot.refresh_from_db()
    assert "sizes its entries so" in seen(answer) and answer.redirect_chain[0][0].startswith("/risk/?portfolio=")
    assert bot.sizing["method"] == method.name and bot.sizing.keys() == {"method", *method.takes}
    assert [one.actor for one in audited("bot.changed")] == [desk.owner.public_id]
    text = seen(page.get(f"/bots/{bot.public_id}/sizing/"))
    assert f"{method.words} in use {method.meaning}" in text and all(one.words for one in method.takes.values())


def test_a_way_to_come_is_on_the_page_without_another_change(page, desk, monkeypatch):
    bot, dice = desk.bots.first(), Bounds(Decimal(1), Decimal(6), whole=True, words="Eyes", meaning="Of the dice.")
    way = replace(sizing.METHODS["fixed"], name="dice", words="By dice", meaning="Do not.", takes={"eyes": dice})
    monkeypatch.setitem(sizing.METHODS, "dice", way)

    text = seen(page.get(f"/bots/{bot.public_id}/sizing/"))
    assert "By dice Do not. Eyes 1 to 6 Of the dice." in text
    sized(page, bot, "dice", eyes="6")

    bot.refresh_from_db()
    assert bot.sizing == {"method": "dice", "eyes": "6"}


@pytest.mark.parametrize(
    ("method", "numbers", "field", "words"),
    [
        ("fixed", {"amount": ""}, "fixed-amount", "Say a number."),
        ("percent", {"percent": "0"}, "percent-percent", "At least 0.01."),
        ("kelly", {"trades": "10.5"}, "kelly-trades", "A whole number such as 5."),
        ("atr_risk", {"percent": "1", "multiple": "21"}, "atr_risk-multiple", "At most 20."),
    ],
)
def test_a_number_that_cannot_be_is_refused_at_its_field(page, desk, method, numbers, field, words):
    bot = desk.bots.first()

    answer = sized(page, bot, method, **numbers)

    html = answer.content.decode()
    assert answer.status_code == 422 and words in html[html.index(f'id="{field}_error"') :][:300]
    assert all(f'value="{value}"' in html for value in numbers.values() if value)
    assert audited("bot.changed") == []


def test_the_desk_opens_it_in_a_dialog(page, desk):
    bot = desk.bots.first()

    assert f'hx-get="/bots/{bot.public_id}/sizing/" hx-target="#sizing-body"' in page.get("/").content.decode()
    inside = page.get(f"/bots/{bot.public_id}/sizing/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in inside and 'name="back" value="desk"' in inside and inside.count("<form") == 6
    answer = page.post(f"/bots/{bot.public_id}/sizing/", {"method": "percent", "percent": "5", "back": "desk"})
    assert answer["Location"] == f"/?portfolio={desk.public_id}"


def test_there_is_no_other_way_of_sizing(page, desk):
    assert sized(page, desk.bots.first(), "moon").status_code == 422
