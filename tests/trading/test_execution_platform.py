"""The platform's switch: all tenants or one, committed before anything is withdrawn, above what tenants say."""

import pytest
from django.core.management import call_command

from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.tenancy import in_public, in_tenant
from tenants.audit.selectors import audit_records
from tenants.audit.types import Wanted
from tests.trading.desk import enter, orders, trader
from trading.ceilings.models import PlatformCeiling
from trading.ceilings.types import Mode
from trading.execution.services import resume_everything, resume_platform, stop_platform
from trading.execution.types import PlatformStop
from trading.portfolio.models import Portfolio
from trading.risk.errors import ReasonMissing
from trading.risk.selectors import mode_of


@pytest.mark.parametrize("whole", [True, False])
def test_it_stops_whom_it_names_until_it_is_lifted(acme_ctx, bolt_ctx, whole):
    for tenant in (acme_ctx, bolt_ctx):
        with in_tenant(tenant):
            enter(trader())
    slug = None if whole else acme_ctx.slug

    assert stop_platform(mode=Mode.CLOSE_ONLY, reason="the market is broken", slug=slug) == PlatformStop(
        *((2, 2) if whole else (1, 1))
    )

    for tenant, stopped in ((acme_ctx, True), (bolt_ctx, whole)):
        with in_tenant(tenant):
            portfolio = Portfolio.objects.get()
            resume_everything(portfolio=portfolio, by="alice", reason="a tenant lifts nothing of the platform's")
            assert mode_of(portfolio.pk) is (Mode.CLOSE_ONLY if stopped else Mode.NORMAL)
            assert orders() == ["entry cancelled" if stopped else "entry open"]
            assert ("trading.stopped" in {one.action for one in audit_records(Wanted())}) is stopped
    resume_platform(reason="it works again", slug=slug)
    with in_tenant(acme_ctx):
        assert mode_of(Portfolio.objects.get().pk) is Mode.NORMAL


def test_without_a_reason_or_a_mode_nothing_is_set(acme_ctx):
    with pytest.raises(ReasonMissing):
        stop_platform(mode=Mode.FREEZE, reason=" ")
    with pytest.raises(Invalid):
        stop_platform(mode=Mode.NORMAL, reason="a mistake")
    with in_public():
        assert not PlatformCeiling.objects.exists()


def test_it_is_a_command_too(acme_ctx, capsys):
    with in_tenant(acme_ctx):
        enter(trader())
    with in_public():
        call_command("kill_switch", reason="the market is broken")
        assert "Entries withdrawn: 1" in capsys.readouterr().out
        call_command("kill_switch", reason="it works again", rearm=True, tenant=None)
        assert PlatformCeiling.objects.get().mode == "normal"
