"""What the source must not contain, over the syntax tree. Each rule yields one sentence for each breach."""

import ast
from collections.abc import Callable, Iterator

from tests.architecture.sources import Source

Rule = Callable[[Source], Iterator[str]]

LINES_MAX, TEST_LINES_MAX, FUNCTION_LINES_MAX = 400, 500, 50
# Where money is exact: no float is made here, not even by a literal.
EXACT = (
    "credits.",
    "cryptouniverse.kernel.money",
    "cryptouniverse.kernel.columns",
    "cryptouniverse.kernel.fields",
    "trading.algorithms.",
    "trading.execution.",
    "trading.fills.",
    "trading.portfolio.",
    "trading.risk.",
    "trading.sandbox.venue.",
)
# They switch schemas: everybody else says `in_tenant` or `in_public`.
SWITCHES = ("cryptouniverse.kernel.tenancy", "tenants.provisioning.")
# The one door from async code to the database; and what runs without Django, tenants and database.
THREADS = ("cryptouniverse.realtime.db", "cryptouniverse.stack.")
POOLS = {"to_thread", "run_in_executor", "ThreadPoolExecutor", "ProcessPoolExecutor", "database_sync_to_async"}
_SLEEPS = {"time.sleep", "from time import sleep"}
_SQL_CALLS = {"execute", "executemany", "raw", "RunSQL", "extra"}


def too_long(source: Source) -> Iterator[str]:
    """Files above 400 lines (tests 500), functions above 50."""
    most = TEST_LINES_MAX if source.path.startswith("tests/") else LINES_MAX
    if source.lines > most:
        yield f"{source.path} has {source.lines} lines, more than {most}: cut it by idea"
    for node in source.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _length(node) > FUNCTION_LINES_MAX:
            yield f"{source.path}:{node.lineno} {node.name} has {_length(node)} lines, more than {FUNCTION_LINES_MAX}"


def switches_schema(source: Source) -> Iterator[str]:
    """The search path is set in one place, which sets it back."""
    if not _in(source, SWITCHES):
        yield from _names(
            source, lambda name: name.startswith(("set_schema", "set_tenant")), "use in_tenant or in_public"
        )


def leaves_the_thread(source: Source) -> Iterator[str]:
    """A raw thread pool has neither the tenant nor the search path, and leaves connections open."""
    if _in(source, THREADS):
        return
    yield from _names(source, POOLS.__contains__, "use realtime.db.run_in_tenant")
    for node in source.nodes:
        if isinstance(node, ast.keyword) and node.arg == "thread_sensitive" and _is(node.value, False):
            yield f"{source.path}:{node.value.lineno} thread_sensitive=False: use realtime.db.run_in_tenant"


def caches_pages(source: Source) -> Iterator[str]:
    """A cached page knows neither tenant nor person."""
    yield from _names(source, {"cache_page", "UpdateCacheMiddleware"}.__contains__, "cache data, by tenant")


def floats_money(source: Source) -> Iterator[str]:
    """No float where money is exact, and no float column anywhere."""
    yield from _names(source, {"FloatField"}.__contains__, "use kernel.columns.amount")
    if not _in(source, EXACT):
        return
    for node in source.nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float":
            yield f"{source.path}:{node.lineno} float(...): money is exact here"
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield f"{source.path}:{node.lineno} {node.value!r} is a float: money is exact here"


def builds_sql(source: Source) -> Iterator[str]:
    """SQL is a constant or composed by psycopg.sql; values are parameters."""
    for node in source.nodes:
        if isinstance(node, ast.Call) and _runs_sql(node) and node.args and _is_glued(node.args[0]):
            yield f"{source.path}:{node.lineno} SQL glued together: use parameters, or psycopg.sql for names"


def sleeps(source: Source) -> Iterator[str]:
    """A test waits for what it wants, not for the clock."""
    if source.path.startswith("tests/"):
        for node in source.nodes:
            if isinstance(node, ast.Attribute | ast.ImportFrom) and ast.unparse(node) in _SLEEPS:
                yield f"{source.path}:{node.lineno} time.sleep: wait for the condition"


RULES: tuple[Rule, ...] = (
    too_long,
    switches_schema,
    leaves_the_thread,
    caches_pages,
    floats_money,
    builds_sql,
    sleeps,
)


def _in(source: Source, places: tuple[str, ...]) -> bool:
    return any(source.name == place or (place.endswith(".") and source.name.startswith(place)) for place in places)


def _names(source: Source, banned: Callable[[str], bool], instead: str) -> Iterator[str]:
    for node in source.nodes:
        found = [alias.name for alias in node.names] if isinstance(node, ast.ImportFrom) else [_name(node)]
        yield from (f"{source.path}:{node.lineno} {name}: {instead}" for name in found if banned(name))


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def _runs_sql(node: ast.Call) -> bool:
    return _called(node) in _SQL_CALLS or (isinstance(node.func, ast.Name) and node.func.id in {"query", "write"})


def _called(node: ast.Call) -> str:
    return _name(node.func)


def _is_glued(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return not (isinstance(node.left, ast.Constant) and isinstance(node.right, ast.Constant))
    if isinstance(node, ast.Call) and _called(node) == "format":
        return isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Constant)
    return isinstance(node, ast.JoinedStr)


def _is(node: ast.expr, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1
