"""Reading files of funding rates: Parquet and CSV, named EXCHANGE_BASE-QUOTE_funding. A doubtful one is refused."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.contracts import ContractKind
from cryptouniverse.kernel.words import gettext_noop as _
from cryptouniverse.kernel.words import said
from trading.marketdata.errors import CandlesRefused, FundingRefused
from trading.marketdata.files import EARLIEST_MS, FUNDING, TIMES, name_of, times_of

RATES: Final = ("rate", "funding_rate", "fundingRate")
_TIMES: Final = (*TIMES, "funding_time", "fundingTime")


def funding_named(path: Path) -> tuple[str, str]:
    """The exchange and the spot instrument that the name of `path` says, be it of the pair or of its perpetual. Raises
    FundingRefused.
    """
    try:
        name = name_of(path)
    except CandlesRefused as refused:
        raise FundingRefused(refused.reason) from None
    if name is None or f"_{name.what}" != FUNDING:
        raise FundingRefused(
            _("the name must be EXCHANGE_BASE-QUOTE_funding.parquet or .csv, as binance_BTC-USDT_funding.csv")
        )
    if name.contract is not None and name.contract.kind is not ContractKind.PERPETUAL:
        raise FundingRefused(said(_("%(symbol)s has no funding: only perpetuals have"), symbol=name.symbol))
    return name.venue, name.underlying


def read_funding_file(path: Path) -> list[tuple[int, Decimal]]:
    """(UTC ms, rate) of each row. Raises FundingRefused with the row (from 1, below the header)."""
    try:
        table = pyarrow.parquet.read_table(path, use_threads=False) if path.suffix == ".parquet" else _csv(path)
    except OSError as error:
        raise FundingRefused(said(_("cannot be read: %(error)s"), error=error.strerror or error)) from error
    except pa.ArrowException as error:
        raise FundingRefused(said(_("cannot be read: %(error)s"), error=error)) from error
    time = next((name for name in _TIMES if name in table.column_names), None)
    rate = next((name for name in RATES if name in table.column_names), None)
    if time is None or rate is None:
        missing = [*(["ts"] if time is None else []), *(["rate"] if rate is None else [])]
        facts = {"missing": ", ".join(missing), "there": ", ".join(table.column_names)}
        raise FundingRefused(said(_("columns missing: %(missing)s; it has %(there)s"), **facts))
    if not table.num_rows:
        raise FundingRefused(_("there are no funding rates in it"))
    try:
        at = times_of(table[time], time).tolist()
    except CandlesRefused as refused:
        raise FundingRefused(refused.reason, row=refused.row) from None
    latest = clock.to_ms(clock.now())
    for row, moment in enumerate(at, start=1):
        if moment < EARLIEST_MS:
            raise FundingRefused(_("its time is not in UTC milliseconds"), row=row)
        if moment > latest:
            raise FundingRefused(_("its time has not come yet: only rates that were set are kept"), row=row)
    rates = [_exact(value, row) for row, value in enumerate(table[rate].to_pylist(), start=1)]
    return list(zip(at, rates, strict=True))


def _csv(path: Path) -> pa.Table:
    texts = dict.fromkeys((*_TIMES, *RATES), pa.string())  # rates travel as text: no digit is lost
    options = pyarrow.csv.ConvertOptions(column_types=texts)
    return pyarrow.csv.read_csv(path, read_options=pyarrow.csv.ReadOptions(use_threads=False), convert_options=options)


def _exact(value: object, row: int) -> Decimal:
    try:
        return Decimal(str(value).strip())
    except InvalidOperation:
        raise FundingRefused(_("its rate is not a number"), row=row) from None
