"""Expected against real, as a person sees it: the lines, the parts, a day, the file, the alarm."""

import csv
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.words import said
from strategies.bots.models import Bot
from strategies.monitoring.models import BotDay, DriftAlarm, Watch
from strategies.monitoring.services.alarming import judge_day
from strategies.monitoring.types import PARTS
from tests.people import browser

FIRST = date(2024, 2, 1)
GONE = said("%(instrument)s has no candle before this day.", instrument="sim:BTC/USDT")


@pytest.fixture
def bot(stage):
    found = Bot.objects.get(public_id=stage.ids["bot_id"])
    DriftAlarm.objects.all().delete()
    BotDay.objects.all().delete()
    return found


@pytest.fixture
def page(bot):
    return browser(bot.owner)


def place(bot, path=""):
    return f"/bots/{bot.public_id}/expected/{path}"


def given_days(bot, count=6):
    nothing = dict.fromkeys(PARTS, Decimal(0))
    for number in range(count):
        gap = Decimal(-2) - Decimal(number) / 10
        BotDay.objects.create(
            bot=bot, day=FIRST + timedelta(days=number), expected=5, actual=5 + gap, money=1_000,
            replayed_at=clock.now(), **{**nothing, "fills": gap},
        )  # fmt: skip
    return FIRST + timedelta(days=count - 1)


def test_before_the_first_night_the_page_says_what_will_come(page, bot):
    text = page.get(place(bot)).content.decode()

    assert "No day was replayed yet" in text
    assert "If it drifts you are told, and it goes on." in text


def test_the_days_are_lines_bars_and_a_table(page, bot):
    given_days(bot)
    BotDay.objects.create(bot=bot, day=FIRST - timedelta(days=1), reason=GONE, replayed_at=clock.now())

    text = page.get(place(bot)).content.decode()

    assert text.count('class="ln l-ln-') == 2
    assert "−13.50" in text, "six gaps, summed up"
    assert "has no candle before this day" in text
    assert text.count("not the market") >= 3
    assert "There is no alarm." in text


def test_a_bot_that_drifts_is_marked_on_the_desk_and_its_alarm_ended_by_a_person(page, bot):
    judge_day(given_days(bot))

    desk = page.get(f"/?portfolio={bot.portfolio.public_id}").content.decode()
    assert ">Drifts</a>" in desk.replace("\n", "")
    assert "drifts: it does worse than its replay says" in page.get(place(bot)).content.decode()

    answer = page.post(place(bot, "end/"), follow=True)
    assert "only later days count" in answer.content.decode()
    assert not DriftAlarm.objects.filter(ended_at=None).exists()
    assert "has no drift alarm" in page.post(place(bot, "end/"), follow=True).content.decode()


def test_whether_it_is_paused_is_chosen(page, bot):
    answer = page.post(place(bot, "choose/"), {"pause_on_drift": "yes"}, follow=True)

    assert "is paused if it drifts" in answer.content.decode()
    assert Watch.objects.get(bot=bot).pause_on_drift
    page.post(place(bot, "choose/"), {"pause_on_drift": "no"})
    assert not Watch.objects.get(bot=bot).pause_on_drift


def test_a_day_shows_its_trades_and_what_was_refused(stage):
    from tests.access.stage import given_day

    row = given_day(stage.people["owner"], 40)
    text = browser(stage.people["owner"]).get(place(row.bot, f"{row.day}/")).content.decode()

    assert "held before" in text
    assert "the panel did not agree" in text
    assert browser(stage.people["owner"]).get(place(row.bot, "2020-01-01/")).status_code == 404
    assert browser(stage.people["owner"]).get(place(row.bot, "never/")).status_code == 404


def test_all_days_come_as_a_file(page, bot):
    given_days(bot)
    BotDay.objects.create(bot=bot, day=FIRST - timedelta(days=1), reason=GONE, replayed_at=clock.now())

    rows = list(csv.DictReader(StringIO(page.get(place(bot, "days.csv")).content.decode())))

    assert [row["gap"] for row in rows] == ["", "-2", "-2.1", "-2.2", "-2.3", "-2.4", "-2.5"]
    assert rows[0]["reason"] == "sim:BTC/USDT has no candle before this day."
    assert all(Decimal(row["gap"]) == sum(Decimal(row[name]) for name in PARTS) for row in rows[1:])
