"""The pages of a bot's signals from outside, of a new bot, and of the version of rules that a bot trades by."""

from __future__ import annotations

import json

import pytest

from strategies.bots.models import Bot
from strategies.builder.selectors import name_of_version
from strategies.builder.services import create_rule_set
from strategies.hooks.models import Alert
from strategies.hooks.services import answer_alerts
from strategies.hooks.types import Answer, Outcome
from tests.people import browser
from tests.strategies.hooks_stage import said, send
from tests.strategies.rule_documents import RULES

BTC = "sim:BTC/USDT"


@pytest.fixture
def page(stage):
    return browser(stage.people["owner"])


def text(answer):
    return answer.content.decode()


def made(page, stage, **changes):
    form = {"portfolio": stage.ids["portfolio_id"], "strategy": "webhook", "instruments": BTC, "name": "Mine"}
    return page.post("/bots/new/", form | changes)


def test_a_form_that_is_sent_twice_makes_one_bot(page, stage):
    before, key = Bot.objects.count(), page.get("/bots/new/").context["key"]
    assert made(page, stage, key=key).url == made(page, stage, key=key).url
    assert Bot.objects.count() == before + 1


def test_a_bot_with_signals_from_outside_is_made_gets_its_secret_once_and_takes_what_is_sent(page, stage):
    answer = made(page, stage, stop="2.5", allocation="250")
    bot = Bot.objects.latest("pk")
    assert answer.url == f"/bots/{bot.public_id}/signals/"
    assert (bot.strategy, bot.stop_bps, bot.allocation) == ("webhook", 250, 250)

    shown = page.post(f"{answer.url}open/")
    message = json.loads(shown.context["message"])
    assert "{{strategy.order.action}}" in text(shown).replace("&quot;", '"') and "no-store" in shown["Cache-Control"]
    again = page.get(answer.url)
    assert message["secret"] not in text(again) and "YOUR SECRET" in text(again)
    assert f"http://acme.localhost:8000/hooks/{bot.hook.public_id}" in text(again)

    filled = {"ticker": BTC, "action": "buy", "position": "long", "time": said(_Secrets(message["secret"]))["time"]}
    assert send(bot.hook, message | filled).status_code == 202
    assert "Waiting" in text(page.get(f"{answer.url}panels/?only=alerts"))


class _Secrets:
    def __init__(self, text):
        self.message = self
        self.text = text

    def reveal(self):
        return self.text


def test_making_a_secret_asks_who_one_is(stage):
    stranger = browser(stage.people["owner"], confirmed=False)

    answer = stranger.post(f"/bots/{stage.ids['signal_bot_id']}/signals/rotate/", {"overlap_hours": "0"})

    assert answer.status_code == 302 and answer.url.startswith("/security/confirm/")


def test_the_list_says_what_came_of_each_alert_and_by_which_limit(page, stage):
    place = f"/bots/{stage.ids['signal_bot_id']}/signals/"
    page.post(f"{place}test/", {"instrument": BTC})
    first, test = Alert.objects.order_by("pk")
    refused = Answer(Outcome.REFUSED, "stop_switch", "trading on", "stopped")
    answer_alerts(slot_ms=0, answers={first.signal_id: refused, test.signal_id: Answer(Outcome.ENTERED)}, over={})

    shown = text(page.get(place))
    assert "Would have traded" in shown and "a test trades nothing" in shown
    assert "Refused" in shown and "Stop switch: stopped" in shown


def test_a_secret_taken_back_closes_the_address(page, stage):
    place = f"/bots/{stage.ids['signal_bot_id']}/signals/"
    answer = page.post(f"{place}revoke/", follow=True)
    twice = page.post(f"{place}revoke/", follow=True)

    assert "no alert gets in" in text(answer)
    assert "make one first" in text(twice)
    assert "Make a secret" in text(page.get(place))


def test_the_page_of_a_bot_that_decides_by_itself_says_so(page, stage):
    assert "decides by itself" in text(page.get(f"/bots/{stage.ids['bot_id']}/signals/"))


def test_ones_own_rules_are_offered_and_traded_and_nobody_elses(page, stage):
    stranger = stage.people["stranger"]
    theirs = name_of_version(create_rule_set(actor=stranger, document={**RULES, "name": "Not yours"}), 1)
    own = stage.ids["rules_version"].rpartition(":")[0] + ":2"

    offered = text(page.get(f"/bots/new/?strategy={own}"))
    assert f'value="{own}" selected' in offered and "Not yours" not in offered
    assert made(page, stage, strategy=own).url.startswith("/?portfolio=")
    assert Bot.objects.latest("pk").strategy == own

    refused = made(page, stage, strategy=theirs)
    assert refused.status_code == 422 and "There is no strategy named" in text(refused)


@pytest.mark.parametrize(
    ("changes", "why"),
    [({"instruments": "sim:NO/ONE"}, "Instruments"), ({"stop": "0"}, "Stop"), ({"strategy": "spot_grid"}, "orders")],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(page, stage, changes, why):
    before = Bot.objects.count()
    answer = made(page, stage, **changes)

    assert answer.status_code == 422
    assert why in text(answer) and 'value="Mine"' in text(answer)
    assert Bot.objects.count() == before


def test_a_bot_is_moved_to_another_version_on_its_page(page, stage):
    place = f"/bots/{stage.ids['rules_bot_id']}/rules/"
    assert "Move to this" in text(page.get(place))
    answer = page.post(place, {"strategy": stage.ids["rules_version"]}, follow=True)
    wrong = page.post(place, {"strategy": "donchian_breakout"}, follow=True)

    assert "trades by this version" in text(answer)
    assert Bot.objects.get(public_id=stage.ids["rules_bot_id"]).strategy == stage.ids["rules_version"]
    assert "keeps its strategy" in text(wrong)
