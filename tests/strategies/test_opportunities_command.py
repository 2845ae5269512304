"""`manage.py opportunities`: the ranking on a terminal, or as JSON."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command

from strategies.scanner.selectors import opportunities
from tests.strategies.scanner_stage import BTC, given_markets, scanned

pytestmark = pytest.mark.django_db


def said(**options):
    out = io.StringIO()
    call_command("opportunities", stdout=out, **options)
    return out.getvalue()


def test_it_lists_what_stands_with_record_and_verdict(acme):
    given_markets()
    rows = scanned()
    text = said()
    assert [line.split(".")[0] for line in text.splitlines()[1::2]] == [str(row.rank) for row in rows]
    assert "5 strategies on 2 markets, 10 records; simulated, with costs." in text
    assert "fewer than 30 prove nothing" in text


def test_as_json_it_is_what_the_api_says(acme):
    given_markets()
    scanned()
    found = json.loads(said(json=True, instrument=BTC, limit=1))
    assert [one["id"] for one in found] == [str(opportunities().filter(instrument_id=BTC)[0].public_id)]


def test_without_a_market_it_says_so(acme):
    with pytest.raises(CommandError, match="No market has been chosen yet"):
        said()


def test_what_nobody_is_called_is_said_with_what_there_is(acme):
    given_markets()
    scanned()
    with pytest.raises(CommandError, match="No instrument is called BTC/USDT; there are binance:BTC/USDT"):
        said(instrument="BTC/USDT")
    with pytest.raises(CommandError, match=r"No family is called trends; there are .*trend"):
        said(family="trends")
    assert said(family="seasonal").splitlines()[-1] == "Nothing asks for an entry there now."
