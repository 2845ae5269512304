"""A refusal is recorded without a language, and read in the reader's."""

from aiengine.autopilot.models import DecisionRecord
from tests.pseudo import english_in, pseudo
from tests.web.seen import words_of
from tests.web.stage import given_cycles, given_desk, given_market
from trading.execution.services import stop_everything


def test_a_refusal_is_recorded_in_no_language_and_read_in_the_readers(reader, alice):
    feed, portfolio = given_market(), given_desk(alice)
    stop_everything(portfolio=portfolio, by="Alice", reason="-")
    given_cycles(feed, 48)

    html = reader.get("/?show=refused").content.decode()

    assert set(DecisionRecord.objects.filter(rule="stop_switch").values_list("limit", "value")) == {
        ("trading on", "stopped")
    }
    assert pseudo("trading on") in html and pseudo("stopped") in html
    assert english_in(html) - words_of(portfolio) == set()
