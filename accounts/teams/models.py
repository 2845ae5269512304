"""Teams, who is in them, what is shared with them, and delegations from person to person. Tenant schema.

Rows are ended and never deleted: who could do what, and when, can still be told later.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.teams.types import DELEGATED_FOR_MAX, NAME_MAX, ShareAccess, TeamRole
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.ids import new_id

_PEOPLE = settings.AUTH_USER_MODEL
ROLE_NAMES = [
    (TeamRole.MANAGER.value, _("Manager")),
    (TeamRole.TRADER.value, _("Trader")),
    (TeamRole.VIEWER.value, _("Viewer")),
]
ACCESS_NAMES = [(ShareAccess.READ.value, _("Look")), (ShareAccess.TRADE.value, _("Look and trade"))]


class Team(models.Model):
    """People who work on portfolios together."""

    public_id = models.UUIDField(_("public id"), unique=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=NAME_MAX)
    created_at = models.DateTimeField(_("created"), default=clock.now)
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """A place in a team. It waits for whoever has the address, and is `user`'s once they have joined.

    An invitation looks the same whether somebody has the address or not. ended_at: declined, left or removed.
    """

    public_id = models.UUIDField(_("public id"), unique=True, default=new_id, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="members", verbose_name=_("team"))
    email = models.EmailField(_("e-mail address"))
    user = models.ForeignKey(_PEOPLE, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("user"))
    role = models.CharField(_("role"), max_length=8, choices=ROLE_NAMES)
    invited_by = models.ForeignKey(_PEOPLE, on_delete=models.PROTECT, related_name="+", verbose_name=_("invited by"))
    invited_at = models.DateTimeField(_("invited"), default=clock.now)
    joined_at = models.DateTimeField(_("joined"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("team member")
        verbose_name_plural = _("team members")
        constraints = [
            models.UniqueConstraint(
                fields=["team", "user"], condition=Q(ended_at__isnull=True), name="team_member_once"
            ),
            models.UniqueConstraint(
                fields=["team", "email"], condition=Q(ended_at__isnull=True), name="team_address_once"
            ),
            models.CheckConstraint(condition=Q(joined_at__isnull=True) | Q(user__isnull=False), name="team_joined_by"),
            models.CheckConstraint(condition=Q(role__in=[r for r, _n in ROLE_NAMES]), name="team_role_known"),
        ]
        indexes = [
            models.Index(fields=["user"], condition=Q(ended_at__isnull=True), name="team_member_now"),
            models.Index(
                fields=["email"], condition=Q(joined_at__isnull=True, ended_at__isnull=True), name="team_invited"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} {self.role}"


class Share(models.Model):
    """A portfolio that its owner shows to a team, or lets it trade."""

    public_id = models.UUIDField(_("public id"), unique=True, default=new_id, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="shares", verbose_name=_("team"))
    owner = models.ForeignKey(_PEOPLE, on_delete=models.PROTECT, related_name="+", verbose_name=_("owner"))
    portfolio_id = models.UUIDField(_("portfolio"))
    access = models.CharField(_("access"), max_length=5, choices=ACCESS_NAMES)
    shared_at = models.DateTimeField(_("shared"), default=clock.now)
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("shared portfolio")
        verbose_name_plural = _("shared portfolios")
        constraints = [
            models.UniqueConstraint(
                fields=["team", "portfolio_id"], condition=Q(ended_at__isnull=True), name="team_share_once"
            ),
            models.CheckConstraint(condition=Q(access__in=[a for a, _n in ACCESS_NAMES]), name="team_access_known"),
        ]
        indexes = [models.Index(fields=["portfolio_id"], condition=Q(ended_at__isnull=True), name="team_share_now")]

    def __str__(self) -> str:
        return f"{self.portfolio_id} {self.access}"


class Delegation(models.Model):
    """One person acts on one portfolio of another's, with these permissions, until then.

    It waits for whoever has the address, and is `delegate`'s once they have accepted.
    """

    public_id = models.UUIDField(_("public id"), unique=True, default=new_id, editable=False)
    owner = models.ForeignKey(_PEOPLE, on_delete=models.PROTECT, related_name="+", verbose_name=_("owner"))
    email = models.EmailField(_("e-mail address"))
    delegate = models.ForeignKey(
        _PEOPLE, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("delegate")
    )
    portfolio_id = models.UUIDField(_("portfolio"))
    permissions = ArrayField(models.CharField(max_length=40), verbose_name=_("permissions"))
    begins_at = models.DateTimeField(_("begins"), default=clock.now)
    until = models.DateTimeField(_("until"))
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        constraints = [
            models.UniqueConstraint(
                fields=["email", "portfolio_id"], condition=Q(ended_at__isnull=True), name="delegation_once"
            ),
            models.CheckConstraint(
                condition=Q(delegate__isnull=True) | ~Q(owner=F("delegate")), name="delegation_to_another"
            ),
            models.CheckConstraint(
                condition=Q(until__gt=F("begins_at")) & Q(until__lte=F("begins_at") + DELEGATED_FOR_MAX),
                name="delegation_ends",
            ),
        ]
        indexes = [
            models.Index(fields=["portfolio_id"], condition=Q(ended_at__isnull=True), name="delegation_now"),
            models.Index(fields=["email"], condition=Q(ended_at__isnull=True), name="delegation_address"),
        ]

    def __str__(self) -> str:
        return f"{self.portfolio_id} until {self.until:%Y-%m-%d}"
