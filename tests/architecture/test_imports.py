"""Imports point down and pass by the front door; each rule of `.importlinter` is shown to catch a breach of it."""

import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.architecture.front_doors import behind_the_front
from tests.architecture.sources import APPS, ROOT, Source, domains, product

LINT = (sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-cache")

# file, what is planted in it, and the breach: who must not import whom.
PLANTED = (
    ("accounts/users/types.py", "trading.risk.types", "accounts -> trading"),
    ("trading/fills/lots.py", "trading.exchanges.types", "trading.fills -> trading.exchanges"),
    ("strategies/catalog/types.py", "strategies.bots.types", "strategies.catalog -> strategies.bots"),
    ("aiengine/providers/prices.py", "aiengine.consensus.types", "aiengine.providers -> aiengine.consensus"),
    ("credits/ledger/types.py", "credits.metering.types", "credits.ledger -> credits.metering"),
    ("trading/risk/models.py", "trading.risk.services", "trading.risk.models -> trading.risk.services"),
    ("cryptouniverse/kernel/ids.py", "tenants.audit.types", "cryptouniverse.kernel -> tenants"),
    ("cryptouniverse/realtime/groups.py", "cryptouniverse.wiring", "cryptouniverse.realtime -> cryptouniverse.wiring"),
    ("trading/fills/rules.py", "django.utils.timezone", "trading.fills -> django"),
    ("credits/ledger/services.py", "credits.ledger.api", "credits.ledger.services -> credits.ledger.api"),
    ("trading/marketdata/store.py", "ccxt", "trading.marketdata -> ccxt"),
    ("trading/sandbox/venue/fees.py", "trading.fills.rules", "trading.sandbox -> trading.fills"),
    ("trading/sandbox/venue/book.py", "aiohttp", "trading.sandbox.venue -> aiohttp"),
    ("aiengine/consensus/panel.py", "openai", "aiengine.consensus -> openai"),
    ("credits/ledger/apps.py", "stripe", "credits.ledger -> stripe"),
)


@pytest.fixture(scope="module")
def breaches(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What import-linter says of a copy of the product in which every rule is broken once."""
    copy = tmp_path_factory.mktemp("planted")
    for app in APPS:
        shutil.copytree(ROOT / app, copy / app, ignore=lambda _, names: [n for n in names if n == "__pycache__"])
    shutil.copy(ROOT / ".importlinter", copy)
    (copy / "cryptouniverse/homeless.py").touch()
    for file, module, _ in PLANTED:
        with (copy / file).open("a") as source:
            source.write(f"\nimport {module}\n")
    return " ".join(_lint(copy).stdout.split())


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(LINT, cwd=folder, capture_output=True, text=True, check=False)


def test_no_import_points_up():
    result = _lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("breach", [breach for *_, breach in PLANTED])
def test_an_import_that_points_up_is_caught(breaches, breach):
    assert f"{breach.replace('->', 'is not allowed to import')}:" in breaches


def test_a_module_without_a_place_is_caught(breaches):
    assert "cryptouniverse.homeless" in breaches


def test_every_contract_has_its_planted_breach(breaches):
    assert "Contracts: 0 kept" in breaches


def test_every_domain_keeps_its_inner_order():
    rules = ConfigParser()
    rules.read(ROOT / ".importlinter")
    listed = set(rules["importlinter:contract:domains"]["containers"].split())
    assert domains() - listed == set(), "add these to the contract `domains` of .importlinter"


def test_domains_are_entered_by_the_front_door():
    found = [breach for source in product() for breach in behind_the_front(source, domains())]
    assert found == []


@pytest.mark.parametrize(
    ("importer", "line"),
    [
        ("strategies/bots/services.py", "from trading.portfolio.models import Portfolio"),
        ("strategies/bots/services.py", "import trading.portfolio.models"),
        ("cryptouniverse/web/views.py", "from trading.execution.services_of import x"),
        ("cryptouniverse/web/views.py", "from trading.portfolio import models"),
        ("aiengine/autopilot/cycle.py", "from trading.risk.tasks import watch"),
        ("trading/risk/services.py", "from cryptouniverse.kernel.events.models import OutboxEvent"),
    ],
)
def test_a_back_door_is_caught(importer, line):
    assert len([*behind_the_front(Source(importer, line), domains())]) == 1


@pytest.mark.parametrize(
    ("importer", "line"),
    [
        ("trading/execution/services.py", "from trading.portfolio.services import reserve"),
        ("trading/portfolio/services.py", "from trading.portfolio.models import Portfolio"),
        ("trading/risk/gate.py", "if TYPE_CHECKING:\n    from trading.portfolio.models import Portfolio"),
        ("cryptouniverse/wiring.py", "from aiengine.autopilot.tasks import run_cycles"),
    ],
)
def test_a_front_door_is_open(importer, line):
    assert [*behind_the_front(Source(importer, line), domains())] == []
