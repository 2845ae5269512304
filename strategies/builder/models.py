"""Rule sets of one tenant's people, in versions that never change. Tenant schema."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel.ids import new_id


class RuleSet(models.Model):
    """A person's rules under a name of theirs. newest: the number of its last version."""

    public_id = models.UUIDField(unique=True, default=new_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="rule_sets")
    name = models.CharField(max_length=80)
    newest = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("rule set")
        verbose_name_plural = _("rule sets")
        indexes = [models.Index(fields=["owner", "-id"], name="rule_set_of_owner")]

    def __str__(self) -> str:
        return self.name


class RuleSignal(models.Model):
    """What a rule set asked for after a candle, once for all bots and followers of its owner; nobody else has it.

    public_id: of the signal. strategy: the version's name. slot_ms: the open, UTC ms, of the candle.
    """

    public_id = models.UUIDField(unique=True, editable=False)
    rule_set = models.ForeignKey(RuleSet, on_delete=models.CASCADE, related_name="signals")
    strategy = models.CharField(max_length=60)
    parameters = models.CharField(max_length=500)
    instrument_id = models.CharField(max_length=64)
    timeframe = models.CharField(max_length=4)
    slot_ms = models.BigIntegerField()
    action = models.CharField(max_length=12)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("signal of a rule set")
        verbose_name_plural = _("signals of rule sets")

    def __str__(self) -> str:
        return f"{self.strategy} {self.instrument_id} {self.timeframe} {self.slot_ms} {self.action}"


class RuleSetVersion(models.Model):
    """One document of a rule set, as it was checked; it is never written again. hash: as `hash_of` has it."""

    public_id = models.UUIDField(unique=True, default=new_id, editable=False)
    rule_set = models.ForeignKey(RuleSet, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    document = models.JSONField()
    hash = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("version of a rule set")
        verbose_name_plural = _("versions of rule sets")
        constraints = [models.UniqueConstraint(fields=["rule_set", "number"], name="rule_set_version_once")]

    def __str__(self) -> str:
        return f"{self.rule_set} {self.number}"
