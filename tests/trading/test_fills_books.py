"""What an order gets from a book: level by level to its limit and size, or once the book has gone through it."""

import pytest

from cryptouniverse.kernel.errors import Invalid
from trading.fills import BUY, SELL, Book, gone_through, take

BOOK = Book(0, bids=((99, 5), (98, 7)), asks=((101, 4), (103, 6)))


@pytest.mark.parametrize(
    ("side", "limit", "steps", "got"),
    [
        (BUY, 101, 3, ((101, 3),)),
        (BUY, 101, 9, ((101, 4),)),  # the rest is cancelled
        (BUY, 103, 9, ((101, 4), (103, 5))),
        (BUY, 102, 9, ((101, 4),)),
        (BUY, 100, 9, ()),
        (BUY, 101, 0, ()),
        (SELL, 99, 9, ((99, 5),)),
        (SELL, 98, 99, ((99, 5), (98, 7))),
        (SELL, 100, 1, ()),
    ],
)
def test_taking_goes_down_the_levels_as_far_as_limit_and_size_go(side, limit, steps, got):
    assert take(side, limit, steps, BOOK.against(side)) == got


@pytest.mark.parametrize(("side", "limit", "filled"), [(BUY, 101, False), (BUY, 102, True), (BUY, 100, False)])
def test_a_resting_order_fills_when_the_other_side_went_beyond_it(side, limit, filled):
    assert gone_through(side, limit, BOOK.against(side)) is filled
    mirrored = Book(0, bids=tuple((200 - t, n) for t, n in BOOK.asks), asks=tuple((200 - t, n) for t, n in BOOK.bids))
    assert gone_through(-side, 200 - limit, mirrored.against(-side)) is filled


@pytest.mark.parametrize(
    ("bids", "asks"),
    [
        ((), ((101, 1),)),
        (((99, 1),), ()),
        (((99, 0),), ((101, 1),)),
        (((0, 1),), ((101, 1),)),
        (((101, 1),), ((101, 1),)),
        (((98, 1), (99, 1)), ((101, 1),)),
        (((99, 1),), ((102, 1), (101, 1))),
    ],
)
def test_what_is_no_book_is_refused(bids, asks):
    with pytest.raises(Invalid):
        Book(0, bids, asks)
