"""Searches that are kept, with every trial, of one tenant. Tenant schema."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel.ids import new_id
from strategies.lab.search.trials import TrialState

_TRIAL_STATES = [
    (TrialState.DONE.value, _("Done")),
    (TrialState.PRUNED.value, _("Given up")),
    (TrialState.FAILED.value, _("Failed")),
]


class Optimisation(models.Model):
    """A search that a person asked for. asked: as `plans.search_plan_as_json` has it; strategy to method: for lists.

    trials: how many there are to be. code_hash: of the strategy's file, which must not change on the way. beat_at: when
    a worker was last heard of, or offered the work. tries: how often its report was begun. report: as `report.report`
    has it. hash: of all trials. error: code and words of why it failed.
    """

    class State(models.TextChoices):
        """The last three are final."""

        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        STOPPED = "stopped", _("Stopped")
        FAILED = "failed", _("Failed")

    public_id = models.UUIDField(unique=True, default=new_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="optimisations")
    asked = models.JSONField()
    strategy = models.CharField(max_length=60)
    timeframe = models.CharField(max_length=4)
    method = models.CharField(max_length=8)
    trials = models.PositiveIntegerField()
    code_hash = models.CharField(max_length=16)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    stop_asked = models.BooleanField(default=False, db_default=False)
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    beat_at = models.DateTimeField()
    report = models.JSONField(null=True)
    hash = models.CharField(max_length=64, blank=True, default="", db_default="")
    error = models.JSONField(null=True)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("optimisation")
        verbose_name_plural = _("optimisations")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="done") | Q(report__isnull=False), name="optimisation_done_has_a_report"
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-id"], name="optimisation_of_owner"),
            models.Index(
                fields=["beat_at"], name="optimisation_unfinished", condition=Q(state__in=["queued", "running"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.strategy} {self.timeframe} {self.method}"


class Chunk(models.Model):
    """Some trials that one worker does at a time. tries: how often one took it up. done_at: with all its trials."""

    optimisation = models.ForeignKey(Optimisation, on_delete=models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("chunk of trials")
        verbose_name_plural = _("chunks of trials")
        constraints = [models.UniqueConstraint(fields=["optimisation", "number"], name="chunk_once")]

    def __str__(self) -> str:
        return f"{self.optimisation_id} {self.number}"


class TrialRecord(models.Model):
    """One trial, as `search.trials.Trial` explains it. point: on the grid; parameters: all of them, as they were.

    returns: of each day, float64, packed.
    """

    public_id = models.UUIDField(unique=True, default=new_id, editable=False)
    optimisation = models.ForeignKey(Optimisation, on_delete=models.CASCADE, related_name="records")
    number = models.PositiveIntegerField()
    point = ArrayField(models.PositiveIntegerField())
    parameters = models.JSONField()
    state = models.CharField(max_length=8, choices=_TRIAL_STATES)
    metrics = models.JSONField()
    steps = models.JSONField(default=list)
    returns = models.BinaryField()
    hash = models.CharField(max_length=64, blank=True, default="")
    error = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = _("trial")
        verbose_name_plural = _("trials")
        constraints = [models.UniqueConstraint(fields=["optimisation", "number"], name="trial_once")]

    def __str__(self) -> str:
        return f"{self.optimisation_id} {self.number}"
