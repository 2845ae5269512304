"""The project's source files as the rules see them: path, dotted name, syntax tree, imports."""

import ast
import gc
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = (
    "cryptouniverse",
    "accounts",
    "tenants",
    "credits",
    "trading",
    "strategies",
    "marketplace",
    "aiengine",
    "telegrambot",
)


@dataclass(frozen=True)
class Source:
    """One Python file. path: relative to the project; a rule sees nothing else of it but its text."""

    path: str
    text: str

    @property
    def name(self) -> str:
        """`trading.fills` for trading/fills/__init__.py, else `trading.fills.rules`."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree.

        Without garbage collection: a finaliser that prints a stack parses, too, and Python 3.11 cannot do both at once.
        """
        gc.disable()
        try:
            return ast.parse(self.text)
        finally:
            gc.enable()

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node of the tree, as `ast.walk` visits them: walked once for all rules."""
        return tuple(ast.walk(self.tree))

    @property
    def lines(self) -> int:
        """How long the file is."""
        return self.text.count("\n")

    def imports(self) -> Iterator[tuple[int, str]]:
        """(line, dotted name) of all that is imported when the program runs; type checkers' imports are left out."""
        skipped = {id(inner) for node in self.nodes if _for_types(node) for inner in ast.walk(node)}
        for node in self.nodes:
            if id(node) in skipped:
                continue
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)


@cache
def sources(*folders: str) -> tuple[Source, ...]:
    """Every Python file below these folders of the project, migrations excepted (Django writes them). Read once."""
    files = (file for folder in folders for file in sorted((ROOT / folder).rglob("*.py")))
    return tuple(
        Source(str(file.relative_to(ROOT)), file.read_text()) for file in files if "migrations" not in file.parent.parts
    )


def product() -> tuple[Source, ...]:
    """What runs in production."""
    return sources(*APPS)


def everything() -> tuple[Source, ...]:
    """The product, its tests and its benchmarks."""
    return sources(*APPS, "tests", "benchmarks")


def domains() -> set[str]:
    """`credits.ledger`, `trading.fills` ...: every folder that is a domain of an app, and the outbox."""
    found = (init.parent for app in APPS if app != "cryptouniverse" for init in (ROOT / app).glob("*/__init__.py"))
    return {".".join(folder.relative_to(ROOT).parts) for folder in found} | {"cryptouniverse.kernel.events"}
