"""One protection or trigger is changed where it stands: the others are kept, and what is gone is not changed."""

import pytest

from tests.trading.desk import trader
from trading.risk.errors import BadTrigger, PartGone
from trading.risk.models import RiskLimits
from trading.risk.services import change_part

FIRST = {"trigger": "drawdown", "limit": "10", "mode": "freeze"}
SECOND = {"trigger": "feed", "limit": "60", "mode": "close_only"}
OTHER = {"trigger": "drawdown", "limit": "5", "mode": "freeze"}


def change(portfolio, was, to):
    change_part(portfolio=portfolio, actor=portfolio.owner, part="triggers", was=was, to=to)
    return RiskLimits.objects.get().triggers


def test_one_is_added_changed_and_removed_beside_another(acme):
    portfolio = trader(triggers=[FIRST])

    assert change(portfolio, None, SECOND) == [FIRST, SECOND]
    assert change(portfolio, FIRST, OTHER) == [OTHER, SECOND]
    assert change(portfolio, OTHER, None) == [SECOND]


@pytest.mark.parametrize(("was", "to", "error"), [(OTHER, SECOND, PartGone), (OTHER, None, PartGone),
                                                  (FIRST, {**FIRST, "limit": "0"}, BadTrigger)])  # fmt: skip
def test_what_is_gone_or_cannot_be_changes_nothing(acme, was, to, error):
    portfolio = trader(triggers=[FIRST])

    with pytest.raises(error):
        change(portfolio, was, to)
    assert RiskLimits.objects.get().triggers == [FIRST]
