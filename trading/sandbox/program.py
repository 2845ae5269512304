"""The sandbox as a program: `python -m trading.sandbox` (no Django, starts at once), `manage.py sandbox_exchange`."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cryptouniverse.kernel.words import Translate, gettext_noop
from cryptouniverse.kernel.words import gettext_noop as _

if TYPE_CHECKING:
    from trading.sandbox.server.exchange import Exchange


def add_arguments(parser: argparse.ArgumentParser, translate: Translate = gettext_noop) -> None:
    """What the program takes. translate: puts its words into the reader's language."""
    parser.add_argument(
        "--port", type=int, default=8011, help=translate(_("where to listen on 127.0.0.1; 0 takes a free port"))
    )
    parser.add_argument(
        "--home", type=Path, help=translate(_("where the journal is kept; a new temporary folder by default"))
    )
    parser.add_argument(
        "--mode", choices=("book", "bar"), default="book", help=translate(_("a matching engine, or whole bars"))
    )
    parser.add_argument("--markets", type=Path, help=translate(_("a JSON file with a list of markets")))
    parser.add_argument("--candles", type=Path, help=translate(_("a folder of Parquet or CSV candles to play")))
    parser.add_argument("--timeframe", default="1h", help=translate(_("which of them: 1m, 1h, 1d ...")))
    parser.add_argument(
        "--bar-ms", type=int, default=0, help=translate(_("a bar each so many ms; 0 waits for /sandbox/bars/next"))
    )
    parser.add_argument(
        "--walk-ms", type=int, default=0, help=translate(_("a small seeded step of each price each so many ms"))
    )
    parser.add_argument(
        "--control-token",
        default=os.environ.get("CU_SANDBOX_TOKEN", ""),
        help=translate(_("what X-Sandbox-Token must be for /sandbox/; CU_SANDBOX_TOKEN if not given")),
    )
    parser.add_argument("--seed", type=int, default=1, help=translate(_("of the simulated price and of faults")))
    parser.add_argument(
        "--slippage-bps", type=int, default=5, help=translate(_("of market orders and stops in bar mode"))
    )
    parser.add_argument(
        "--weight-per-minute", type=int, default=6000, help=translate(_("for each address; 0 is without end"))
    )
    parser.add_argument(
        "--orders-per-10s", type=int, default=100, help=translate(_("for each account; 0 is without end"))
    )
    parser.add_argument(
        "--orders-per-day", type=int, default=200_000, help=translate(_("for each account; 0 is without end"))
    )


def run(options: argparse.Namespace) -> None:
    """Serve until told to stop. Raises SystemExit for a file or a port that cannot be used."""
    from trading.sandbox.server.app import serve
    from trading.sandbox.server.exchange import Exchange, Options, markets_from

    try:
        chosen = {"markets": markets_from(json.loads(options.markets.read_text()))} if options.markets else {}
        exchange = Exchange(
            Options(
                home=options.home or Path(tempfile.mkdtemp(prefix="sandbox-exchange-")),
                in_bars=options.mode == "bar",
                seed=options.seed,
                slippage_bps=options.slippage_bps,
                weight_per_minute=options.weight_per_minute,
                orders_per_10s=options.orders_per_10s,
                orders_per_day=options.orders_per_day,
                **chosen,
            )
        )
    except BlockingIOError as error:
        raise SystemExit(f"sandbox_exchange: another one is running in {options.home}") from error
    except (OSError, ValueError) as error:
        raise SystemExit(f"sandbox_exchange: {error}") from error
    mover = _mover(exchange, options)
    try:
        asyncio.run(serve(exchange, port=options.port, token=options.control_token, say=_say, mover=mover))
    except (OSError, OverflowError) as error:  # the port is taken, or is none
        raise SystemExit(f"sandbox_exchange: {error}") from error


def _mover(exchange: Exchange, options: argparse.Namespace) -> Coroutine[None, None, None] | None:
    """What moves the prices: the candles of a folder, a seeded walk, or nothing."""
    from trading.sandbox.server.player import Player, play, walk

    if options.candles:
        try:
            exchange.player = Player(exchange, options.candles, options.timeframe)
        except (OSError, ValueError) as error:
            raise SystemExit(f"sandbox_exchange: {error}") from error
        return play(exchange.player, options.bar_ms) if options.bar_ms else None
    return walk(exchange, options.walk_ms) if options.walk_ms else None


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse and run."""
    parser = argparse.ArgumentParser(prog="sandbox_exchange", description=__doc__)
    add_arguments(parser)
    run(parser.parse_args(arguments))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
