"""Limits of the platform: above every tenant or one, checked as any limit is, and in the audit of whom they concern."""

from decimal import Decimal

import pytest

from accounts.users.models import User
from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.tenancy import in_public, in_tenant
from tenants.audit.models import AuditRecord
from tests.people import member
from tests.trading.desk import trader
from trading.ceilings.models import PlatformCeiling
from trading.ceilings.selectors import platform_ceiling
from trading.ceilings.types import Level
from trading.risk.errors import ReasonMissing
from trading.risk.models import RiskLimits
from trading.risk.selectors import limits_in_force
from trading.risk.services import change_platform_ceiling

WHY = "the market is thin"


@pytest.fixture
def operator(acme) -> User:
    return member("root@acme.example", role="admin")


def in_force(tenant) -> tuple[Decimal, Level | None]:
    with in_tenant(tenant):
        limits = limits_in_force(RiskLimits.objects.get())
    return limits.order_notional_max, limits.levels.get("order_notional_max")


@pytest.mark.parametrize("whole", [True, False])
def test_it_lowers_what_it_concerns_and_says_so_there_once(operator, acme_ctx, bolt_ctx, whole):
    for tenant in (acme_ctx, bolt_ctx):
        with in_tenant(tenant):
            trader()
    slug, level = (None, Level.PLATFORM) if whole else (acme_ctx.slug, Level.TENANT)

    for _again in range(2):
        change_platform_ceiling(actor=operator, reason=WHY, slug=slug, order_notional_max=Decimal(50))

    assert in_force(acme_ctx) == (50, level)
    assert in_force(bolt_ctx) == ((50, level) if whole else (10_000, None))
    for tenant, told in ((acme_ctx, True), (bolt_ctx, whole)):
        with in_tenant(tenant):
            found = [one.after for one in AuditRecord.objects.filter(action="ceiling.changed")]
        assert found == ([{"order_notional_max": "50", "reason": WHY}] if told else [])


@pytest.mark.parametrize(
    ("caps", "error"),
    [
        ({"order_notional_max": Decimal(0)}, Invalid),
        ({"position_pct_max": Decimal(101)}, Invalid),
        ({"quote_age_s_max": 0}, Invalid),
        ({"open_positions_max": -1}, Invalid),
        ({"whitelist": ["sim:NONE/USDT"]}, Invalid),
        ({"mode": "freeze"}, TypeError),
        ({"collar_bps": 1, "reason": " "}, ReasonMissing),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(operator, caps, error):
    with pytest.raises(error):
        change_platform_ceiling(actor=operator, **{"reason": WHY, **caps})

    with in_public():
        assert not PlatformCeiling.objects.exists()
    assert platform_ceiling("").order_notional_max is None
