"""Sizes and bans: they hold for every file, and each is shown to catch what it is there for."""

import pytest

from tests.architecture.bans import RULES
from tests.architecture.sources import Source, everything, product

PLANTED = (
    ("too_long", "trading/risk/types.py", "\n" * 401),
    ("too_long", "tests/trading/test_risk_x.py", "\n" * 501),
    ("too_long", "trading/risk/types.py", "def f():\n" + "    x = 1\n" * 50),
    ("too_long", "trading/risk/types.py", "class A:\n  async def f(self):\n" + "    x = 1\n" * 50),
    ("switches_schema", "credits/ledger/services.py", "connection.set_schema('t_acme')"),
    ("switches_schema", "credits/ledger/services.py", "connection.set_tenant(tenant)"),
    ("switches_schema", "cryptouniverse/kernel/tenancy_more.py", "connection.set_schema_to_public()"),
    ("leaves_the_thread", "cryptouniverse/realtime/consumers.py", "await asyncio.to_thread(read)"),
    ("leaves_the_thread", "cryptouniverse/realtime/consumers.py", "sync_to_async(read, thread_sensitive=False)"),
    ("leaves_the_thread", "aiengine/consensus/panel.py", "from concurrent.futures import ThreadPoolExecutor"),
    ("leaves_the_thread", "aiengine/consensus/panel.py", "loop.run_in_executor(None, read)"),
    ("caches_pages", "cryptouniverse/web/views.py", "from django.views.decorators.cache import cache_page"),
    ("floats_money", "trading/portfolio/services.py", "cash = float(row.cash)"),
    ("floats_money", "credits/metering/marks.py", "worth = mark * 0.5"),
    ("floats_money", "strategies/bots/models.py", "allocation = models.FloatField()"),
    ("floats_money", "trading/sandbox/venue/fees.py", "fee = quote * 0.001"),
    ("builds_sql", "credits/ledger/selectors.py", "cursor.execute(f'SELECT * FROM {table}')"),
    ("builds_sql", "credits/ledger/selectors.py", "cursor.execute('SELECT * FROM ' + table)"),
    ("builds_sql", "credits/ledger/selectors.py", "cursor.execute('SELECT * FROM %s' % table)"),
    ("builds_sql", "credits/ledger/selectors.py", "Account.objects.raw('SELECT * FROM {}'.format(table))"),
    ("builds_sql", "trading/risk/selectors.py", "query(f'SELECT * FROM {table}')"),
    ("sleeps", "tests/web/test_realtime_x.py", "time.sleep(1)"),
    ("sleeps", "tests/web/test_realtime_x.py", "from time import sleep"),
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_no_source_breaks_the_rule(rule):
    assert [breach for source in _subjects(rule.__name__) for breach in rule(source)] == []


def _subjects(rule: str) -> tuple[Source, ...]:
    return everything() if rule in {"too_long", "sleeps"} else product()


@pytest.mark.parametrize(("rule", "path", "text"), PLANTED)
def test_a_planted_breach_is_caught(rule, path, text):
    found = {each.__name__: [*each(Source(path, text))] for each in RULES}
    assert [name for name, breaches in found.items() if breaches] == [rule]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("cryptouniverse/kernel/tenancy.py", "connection.set_schema('t_acme')"),
        ("trading/marketdata/ticks.py", "per_unit = float(1 / tick)"),
        ("credits/ledger/selectors.py", "cursor.execute('SELECT 1 WHERE %s', [table])"),
        ("tenants/provisioning/services.py", "cursor.execute(sql.SQL('CREATE SCHEMA {}').format(name))"),
        ("trading/risk/types.py", "def f():\n" + "    x = 1\n" * 49),
    ],
)
def test_what_is_allowed_is_let_through(path, text):
    assert [breach for rule in RULES for breach in rule(Source(path, text))] == []
