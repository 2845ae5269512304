"""Sub-accounts, and cash that moves between a person's portfolios on paper without a profit or a loss to either."""

from decimal import Decimal

import pytest

from tests.people import member
from trading.portfolio.errors import BadTransfer, NameTaken, NotEnoughCash, NotYours, TransferKeyReused
from trading.portfolio.models import Portfolio, Transfer
from trading.portfolio.selectors import access_portfolio, portfolios_for
from trading.portfolio.services import open_portfolio, open_sub_account, reserve, transfer_cash


@pytest.fixture
def olga(acme):
    return member("olga@acme.example")


@pytest.fixture
def main(olga):
    return open_portfolio(owner=olga, cash=Decimal(1_000))


@pytest.fixture
def aside(olga, main):
    return open_sub_account(owner=olga, name=" Aside ")


def moved(source, target, amount="250.5", key="one", actor=None):
    return transfer_cash(source=source, target=target, amount=Decimal(amount), key=key, actor=actor or source.owner)


def figures(portfolio):
    row = Portfolio.objects.get(pk=portfolio.pk)
    return row.cash, row.transferred, row.equity, row.equity_peak, row.day_start_equity


def test_cash_moves_and_neither_profit_nor_loss_nor_drawdown_does(main, aside):
    moved(main, aside)

    assert set(figures(aside)) == {Decimal("250.5")}
    assert figures(main) == tuple(map(Decimal, ("749.5", "-250.5", "749.5", "749.5", "749.5")))


def test_a_repeated_transfer_moves_once(main, aside):
    assert moved(main, aside) == moved(main, aside)

    assert figures(main)[0] == Decimal("749.5")
    with pytest.raises(TransferKeyReused):
        moved(main, aside, "1")


def test_the_books_are_what_was_begun_with_and_what_was_moved(main, aside):
    for number, (source, target) in enumerate([(main, aside), (aside, main), (main, aside)]):
        moved(source, target, "10.00000001", key=str(number))

    rows = Portfolio.objects.filter(owner=main.owner)
    assert sum(row.transferred for row in rows) == 0
    assert all(row.cash == row.start_cash + row.transferred for row in rows)
    assert Transfer.objects.count() == 3


def test_what_entries_have_reserved_is_not_moved(main, aside):
    reserve({main.pk: Decimal(900)})

    with pytest.raises(NotEnoughCash):
        moved(main, aside, "100.01")
    assert moved(main, aside, "100").amount == 100


@pytest.mark.parametrize("amount", ["0", "-1", "0.000000001"])
def test_an_amount_that_is_none_is_refused(main, aside, amount):
    with pytest.raises(BadTransfer):
        moved(main, aside, amount)


def test_a_portfolio_pays_only_another(main):
    with pytest.raises(BadTransfer):
        moved(main, main)


def test_nobody_moves_another_persons_cash(main, aside):
    eve = member("eve@acme.example")
    theirs = open_portfolio(owner=eve, cash=Decimal(1))

    for source, target in ((main, theirs), (main, aside)):
        with pytest.raises(NotYours):
            moved(source, target, actor=eve)


def test_a_person_has_one_main_portfolio_and_sub_accounts_by_name(olga, main, aside):
    assert open_portfolio(owner=olga, cash=Decimal(7)) == main
    with pytest.raises(NameTaken):
        open_sub_account(owner=olga, name="Aside")
    assert list(portfolios_for(olga)) == [main, aside]
    assert access_portfolio(olga, permission="portfolio:read") == main
