"""The switch: after it commits no entry is recorded or left; exits and stops go on; re-arming takes a reason."""

import pytest

from cryptouniverse.kernel.events.models import OutboxEvent
from tests.trading.desk import BTC, candle, enter, fills, leave, meet, orders, trader
from trading.ceilings.types import Mode
from trading.execution.services import resume_everything, stop_everything
from trading.portfolio.models import Position
from trading.risk.errors import ReasonMissing
from trading.risk.models import RiskLimits
from trading.risk.selectors import lock_books

FLAT = ("100", "100", "100", "100")


def test_stopping_withdraws_entries_and_frees_their_cash(acme):
    portfolio = trader()
    enter(portfolio)

    assert stop_everything(portfolio=portfolio, by="alice", reason="news") == 1

    meet(1, candle(BTC, *FLAT))
    portfolio.refresh_from_db()
    assert (fills(), orders(), portfolio.reserved) == ([], ["entry cancelled"], 0)


def test_stops_and_exits_go_on_while_trading_is_stopped(acme):
    portfolio = trader()
    enter(portfolio)
    meet(1, candle(BTC, *FLAT))
    leave(Position.objects.get(), number=1)

    stop_everything(portfolio=portfolio, by="alice", reason="news")
    meet(2, candle(BTC, *FLAT))

    assert fills()[-1] == "sell 0.1 at 100 (exit)"


def test_stopping_twice_keeps_the_first_reason_and_tells_once(acme):
    portfolio = trader()
    for reason in ("first", "second"):
        stop_everything(portfolio=portfolio, by="alice", reason=reason)

    assert RiskLimits.objects.get().stop_reason == "first"
    assert OutboxEvent.objects.filter(type="risk.trading_stopped").count() == 1


def test_re_arming_takes_a_reason(acme):
    portfolio = trader()
    stop_everything(portfolio=portfolio, by="alice", reason="news")

    with pytest.raises(ReasonMissing):
        resume_everything(portfolio=portfolio, by="alice", reason="  ")
    resume_everything(portfolio=portfolio, by="alice", reason="checked the news")

    _book, limits = lock_books([portfolio.pk])[portfolio.pk]
    assert limits.mode is Mode.NORMAL
