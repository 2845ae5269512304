"""What beat offers, and how often. Every entry is a sweep or a tick: losing one message loses nothing."""

from __future__ import annotations

from django_celery_beat.models import IntervalSchedule, PeriodicTask

DAY_S = 86_400
HOUR_S = 3_600
# name -> (task, queue, seconds between two)
SCHEDULE = {
    "the market's time passes": ("trading.marketdata.tasks.advance_feed", "market", 1),
    "cycles that were missed": ("aiengine.autopilot.tasks.sweep_cycles", "execution-paper", 15),
    "slots worked long ago": ("aiengine.autopilot.tasks.sweep_old_claims", "default", DAY_S),
    "events that were missed": ("cryptouniverse.kernel.events.tasks.dispatch_outbox", "events", 15),
    "events delivered long ago": ("cryptouniverse.kernel.events.tasks.forget_delivered_events", "default", DAY_S),
    "exchange keys that are due for a check": ("trading.connections.tasks.sweep_checks", "default", HOUR_S),
    "webhooks that are due": ("accounts.webhooks.tasks.sweep_deliveries", "default", 15),
    "old webhook deliveries": ("accounts.webhooks.tasks.sweep_old_deliveries", "default", DAY_S),
    "support access that is over": ("tenants.support.tasks.sweep_grants", "default", 60),
    "letters that were missed": ("accounts.security.tasks.sweep_letters", "default", 60),
    "old codes and sessions": ("accounts.security.tasks.sweep_old", "default", DAY_S),
    "audit records that wait for their place": ("tenants.audit.tasks.seal_audits", "default", 2),
    "signed heads of the audit": ("tenants.audit.tasks.write_audit_heads", "default", HOUR_S),
    "audits that are due for a check": ("tenants.audit.tasks.sweep_audit_checks", "default", DAY_S),
    "domains that are due for a proof": ("tenants.provisioning.tasks.prove_domains", "default", HOUR_S),
    "old idempotency keys": ("cryptouniverse.api.tasks.sweep_idempotency_keys", "default", DAY_S),
    "API keys that expire soon": ("accounts.apikeys.tasks.sweep_ends", "default", HOUR_S),
    "optimisations that nobody works": ("strategies.lab.tasks.sweep_optimisations", "default", 15),
    "backtests that wait": ("strategies.backtest.tasks.sweep_backtests", "default", 15),
    "nights over bots": ("strategies.monitoring.tasks.sweep_nights", "default", HOUR_S),
    "old alerts from outside": ("strategies.hooks.tasks.sweep_old_alerts", "default", DAY_S),
    "old signals of rule sets": ("strategies.builder.tasks.sweep_old_rule_signals", "default", DAY_S),
    "what the catalogue sees now": ("strategies.scanner.tasks.scan_markets", "lab", 15),
    "books that bots read": ("strategies.finding.tasks.fetch_watched_books", "lab", 5),
    "signals that people follow": ("strategies.feed.tasks.sweep_feeds", "default", 15),
    "old delivered signals": ("strategies.feed.tasks.sweep_old_notices", "default", DAY_S),
    "tokens that are over": ("accounts.tokens.tasks.sweep_families", "default", DAY_S),
}


def install_schedule() -> None:
    """Write the schedule to beat's tables; entries of other names are left alone."""
    for name, (task, queue, every_s) in SCHEDULE.items():
        interval, _ = IntervalSchedule.objects.get_or_create(every=every_s, period=IntervalSchedule.SECONDS)
        PeriodicTask.objects.update_or_create(
            name=name,
            defaults={"task": task, "queue": queue, "interval": interval, "expire_seconds": max(2 * every_s, 5)},
        )
