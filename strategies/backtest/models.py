"""Runs that are kept, of one tenant. Tenant schema."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel.ids import new_id


class Run(models.Model):
    """A backtest that a person asked for. plan: as `plans.any_plan_as_json` has it; the other words of it are for
    filters. timeframe: None of a run over order books, which has no candles.

    step: what is being done, one of STEPS, "" before and after. tries: how often a worker took it up. beat_at: when its
    worker was last heard of. error: code, message and facts of why it failed. result: as `telling.as_json` or
    `finding_told.found_as_json` has it. arrays: as `keeping` packs them. hash: of the result; equal ones are the same
    to the last digit.
    """

    class State(models.TextChoices):
        """The last three are final."""

        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    public_id = models.UUIDField(unique=True, default=new_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="backtests")
    plan = models.JSONField()
    strategy = models.CharField(max_length=60)
    timeframe = models.CharField(max_length=4, null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    step = models.CharField(max_length=12, blank=True, default="", db_default="")
    cancel_asked = models.BooleanField(default=False, db_default=False)
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    beat_at = models.DateTimeField(null=True)
    error = models.JSONField(null=True)
    result = models.JSONField(null=True)
    arrays = models.BinaryField(null=True)
    hash = models.CharField(max_length=64, blank=True, default="", db_default="")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("backtest")
        verbose_name_plural = _("backtests")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="done") | Q(result__isnull=False, arrays__isnull=False), name="run_done_has_a_result"
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-id"], name="run_of_owner"),
            models.Index(fields=["id"], name="run_unfinished", condition=Q(state__in=["queued", "running"])),
        ]

    def __str__(self) -> str:
        return f"{self.strategy} {self.timeframe or ''}".rstrip()
