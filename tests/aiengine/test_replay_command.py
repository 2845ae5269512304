"""`manage.py replay`: what is refused before anything is played."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from aiengine.autopilot.replay.cast import cast, strangers
from cryptouniverse.kernel.tenancy import in_tenant
from tests.people import member


def test_a_tenant_that_has_people_of_its_own_is_never_replayed_into(acme_ctx, tmp_path):
    with in_tenant(acme_ctx):
        member(cast(1)[0].email)
        assert not strangers()
        member("alice@example.com")
    with pytest.raises(CommandError, match="acme has people of its own"):
        call_command("replay", str(tmp_path), "--tenant", acme_ctx.slug)


@pytest.mark.django_db
def test_a_folder_without_candles_is_named_with_what_is_looked_for(tmp_path):
    Path(tmp_path / "binance_BTC-USDT_books.csv").touch()
    with pytest.raises(CommandError, match=r"no candle files named EXCHANGE_BASE-QUOTE_4h\.parquet or \.csv"):
        call_command("replay", str(tmp_path), "--timeframe", "4h")
