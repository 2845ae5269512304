"""The sandbox as a real process or in a thread of this one, and ccxt clients with other addresses."""

import asyncio
import json
import subprocess
import sys
import threading
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ccxt.async_support
import ccxt.pro

from tests.architecture.sources import ROOT
from trading.exchanges.ccxt_client import tls
from trading.sandbox.server.app import listen
from trading.sandbox.server.exchange import Exchange, Options

OPTIONS = {
    "fetchMarkets": {"types": ["spot"]},
    "fetchMargins": False,
    "fetchCurrencies": False,
    "warnOnFetchOpenOrdersWithoutSymbol": False,
}


class Sandbox:
    """One running sandbox process. home: where its journal is."""

    def __init__(self, home: Path, *arguments: str) -> None:
        self.home = home
        self.arguments = arguments
        self.port = 0
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> "Sandbox":
        command = [sys.executable, "-m", "trading.sandbox", "--port", str(self.port), "--home", str(self.home)]
        command += ["--control-token", ""]  # whatever the environment says
        self.process = subprocess.Popen([*command, *self.arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        self.port = int(line.split("127.0.0.1:")[1].split(",")[0])
        return self

    def kill(self) -> None:
        """SIGKILL: nothing is tidied up."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def control(self, name: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        """POST /sandbox/NAME with a body, GET without."""
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/sandbox/{name}", data=content, headers=headers or {})
        with urllib.request.urlopen(request, timeout=10) as reply:
            return json.load(reply)

    def account(self, key: str = "alice", **more: Any) -> str:
        """Open an account, rich by default, and return its key."""
        rich = {"USDT": "100000", "BTC": "2", "ETH": "10"}
        self.control("accounts", {"api_key": key, "secret": f"{key}-secret", "balances": rich} | more)
        return key

    def holds(self, key: str, asset: str) -> tuple[str, str]:
        """(free, locked) of an asset."""
        there = self.control(f"accounts/{key}")["balances"].get(asset, {"free": "0", "locked": "0"})
        return there["free"], there["locked"]

    def journal(self, *kinds: str) -> list[dict[str, Any]]:
        """The journal's facts of these kinds, read from the file."""
        facts = [json.loads(line) for line in (self.home / "journal.jsonl").read_text().splitlines()]
        return [fact for fact in facts if fact["kind"] in kinds]


@contextmanager
def in_thread(home: Path, **options: Any):
    """A sandbox on a loop of its own in this process: quicker to start than a process, and counted by coverage."""
    exchange = Exchange(Options(home=home, **options))
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    runner = asyncio.run_coroutine_threadsafe(listen(exchange, port=0, token=""), loop).result(10)
    sandbox = Sandbox(home)
    sandbox.port = runner.addresses[0][1]
    yield sandbox
    asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()
    exchange.close()


@contextmanager
def running(home: Path, *arguments: str):
    """A sandbox process, killed at the end."""
    sandbox = Sandbox(home, *arguments).start()
    try:
        yield sandbox
    finally:
        if sandbox.process is not None and sandbox.process.poll() is None:
            sandbox.kill()


def client(port: int, key: str = "alice", *, secret: str | None = None, pro: bool = False, **more: Any) -> Any:
    """A ccxt client whose addresses lead to the sandbox."""
    kind = ccxt.pro.binance if pro else ccxt.async_support.binance
    config = {"apiKey": key, "secret": secret or f"{key}-secret", "enableRateLimit": False, "options": OPTIONS}
    exchange = kind(config | more)
    exchange.urls["api"] = led_to(exchange.urls["api"], port)
    exchange.ssl_context = tls(exchange.cafile)  # else each client reads the roots of the Internet anew
    return exchange


def led_to(urls: Any, port: int) -> Any:
    """Every address in `urls` with another host; the rest of each stays as it is."""
    if isinstance(urls, dict):
        return {name: led_to(url, port) for name, url in urls.items()}
    scheme, _, rest = urls.partition("://")
    path = rest.partition("/")[2]
    return f"{'ws' if scheme == 'wss' else 'http'}://127.0.0.1:{port}/{path}"


def drive(sandbox, scenario, key="alice", **more):
    """Run `scenario` with a ccxt client of the account, which knows the usual markets already."""

    async def main():
        exchange = client(sandbox.port, key, **more)
        if not _MARKETS:
            _MARKETS.extend((await exchange.load_markets()).values())
        exchange.set_markets(_MARKETS)
        try:
            return await scenario(exchange)
        finally:
            await exchange.close()

    return asyncio.run(main())


_MARKETS: list[Any] = []
