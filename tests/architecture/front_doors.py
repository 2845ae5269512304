"""Front doors: what one domain may import from another."""

from collections.abc import Iterator, Set

from tests.architecture.sources import Source

FRONT = {"services", "selectors", "types", "errors", "events"}
FACES = {"urls", "api", "views", "tasks", "consumers", "routing"}
# Libraries rather than domains with tables: pure, and open as a whole.
OPEN = (
    "accounts.users.permissions",
    "trading.algorithms",
    "trading.ceilings.caps",
    "trading.ceilings.columns",
    "trading.ceilings.serializers",
    "trading.execution.moves",
    "trading.execution.over_time",
    "trading.execution.tickets",
    "trading.fills",
    "trading.indicators",
    "trading.risk.gate",
    "trading.risk.levels",
    "trading.risk.protections",
    "trading.risk.sizing",
    "strategies.backtest.engine",
    "strategies.backtest.finding_told",
    "strategies.backtest.management.commands.backtest",
    "strategies.backtest.plans",
    "strategies.backtest.serializers",
    "strategies.backtest.telling",
    "strategies.bots.keeping",
    "strategies.builder.rules",
    "strategies.lab.search",
    "strategies.signals.frames",
    "strategies.signals.measuring",
    "trading.risk.triggers",
    "strategies.catalog",
    "aiengine.providers.answers",
    "aiengine.providers.prices",
    "aiengine.consensus.wording",
)
# They wire faces to addresses and events to tasks, and do nothing else.
WIRING = (
    "cryptouniverse.urls",
    "cryptouniverse.asgi",
    "cryptouniverse.wiring",
    "cryptouniverse.api.urls",
    "cryptouniverse.kernel.tasks",
)


def behind_the_front(source: Source, domains: Set[str]) -> Iterator[str]:
    """Imports of `source` that pass by another domain's front door."""
    home = _domain_of(source.name, domains)
    allowed = FRONT | FACES | {"dispatch"} if source.name in WIRING else FRONT
    for line, target in source.imports():
        domain = _domain_of(target, domains)
        if domain in {None, home} or _within(target, OPEN):
            continue
        part = target.removeprefix(f"{domain}.").split(".")[0]
        if part not in allowed:
            yield f"{source.path}:{line} imports {target}: {domain} is entered by its {', '.join(sorted(FRONT))}"


def _domain_of(name: str, domains: Set[str]) -> str | None:
    return next((domain for domain in domains if _within(name, (domain,))), None)


def _within(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)
