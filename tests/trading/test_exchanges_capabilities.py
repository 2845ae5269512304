"""Which cells of a venue's row bar autonomous live trading."""

from dataclasses import replace

import pytest

from trading.exchanges.capabilities import NEEDED, Proof, VenueCapability, barring_cells, unverified_cells
from trading.exchanges.errors import UnknownExchange
from trading.exchanges.services import finds_by_client_id
from trading.exchanges.venues.registry import profile_of

CELLS = VenueCapability("x").cells
PROVEN = VenueCapability("x", **dict.fromkeys(CELLS, Proof.PROVEN))


def test_a_row_has_the_twelve_cells_that_the_order_protocol_asks_about():
    assert len(CELLS) == 12
    assert set(NEEDED) < set(CELLS)


@pytest.mark.parametrize("venue", ["kraken", "bybit", "okx"])
def test_a_venue_that_nobody_tried_has_nothing_verified_and_every_cell_bars(venue):
    assert barring_cells(profile_of(venue).capability) == CELLS


@pytest.mark.parametrize(("venue", "proven"), [("binance", True), ("kraken", False)])
def test_an_order_is_looked_up_by_our_id_only_where_that_is_proven(venue, proven):
    assert finds_by_client_id(venue) is proven


def test_a_venue_that_ccxt_does_not_know_is_refused():
    with pytest.raises(UnknownExchange):
        profile_of("mtgox")


@pytest.mark.parametrize("cell", CELLS)
def test_one_unverified_cell_bars_by_its_name(cell):
    assert barring_cells(PROVEN) == ()
    assert barring_cells(replace(PROVEN, **{cell: Proof.UNVERIFIED})) == (cell,)


@pytest.mark.parametrize("cell", CELLS)
def test_what_is_known_to_be_absent_bars_only_where_the_protocol_stands_on_it(cell):
    row = replace(PROVEN, **{cell: Proof.ABSENT})
    assert unverified_cells(row) == ()
    assert barring_cells(row) == ((cell,) if cell in NEEDED else ())
