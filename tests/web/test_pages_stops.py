"""What ends a bot's positions is changed on a page: in per cent, within bounds, for what is opened from then on."""

import pytest

from strategies.bots.models import Bot
from tests.people import browser

SAID = {"stop": "2.5", "target": "7", "trail": "1.25", "break_even": "3", "candles": "48"}


@pytest.fixture
def page(stage):
    return browser(stage.people["owner"])


@pytest.fixture
def place(stage):
    return f"/bots/{stage.ids['bot_id']}/stops/"


def test_what_is_said_in_per_cent_is_the_bots(page, place, stage):
    answer = page.post(place, SAID, follow=True)

    bot = Bot.objects.get(public_id=stage.ids["bot_id"])
    assert (bot.stop_bps, bot.target_bps, bot.trail_bps, bot.break_even_bps) == (250, 700, 125, 300)
    assert bot.time_stop_candles == 48
    assert "ends its next positions so" in answer.content.decode()
    assert 'value="1.25"' in page.get(place).content.decode()


@pytest.mark.parametrize(
    ("field", "value"), [("stop", "0"), ("stop", "100"), ("trail", "-1"), ("target", "NaN"), ("candles", "1.5")]
)
def test_what_is_out_of_bounds_stands_at_its_field_and_changes_nothing(page, place, stage, field, value):
    before = Bot.objects.get(public_id=stage.ids["bot_id"]).stop_bps
    answer = page.post(place, {**SAID, field: value})

    text = answer.content.decode()
    assert answer.status_code == 422
    assert "hint--bad" in text and f'value="{value}"' in text, "what was typed is kept"
    assert Bot.objects.get(public_id=stage.ids["bot_id"]).stop_bps == before
