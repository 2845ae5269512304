"""Rule sets, and the one way from a strategy's name to the strategy. Everything here reads."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import QuerySet

from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.builder.errors import UnknownRuleSet
from strategies.builder.models import RuleSet, RuleSetVersion, RuleSignal
from strategies.builder.rules.compiling import compile_rules
from strategies.catalog.errors import UnknownStrategy
from strategies.catalog.managing import Manager
from strategies.catalog.outside import OUTSIDE, WEBHOOK
from strategies.catalog.registry import runnable, strategy
from strategies.catalog.types import Strategy

if TYPE_CHECKING:
    from accounts.users.models import User

PREFIX: Final = "rules:"


def rule_sets_of(owner: User) -> QuerySet[RuleSet]:
    """A person's rule sets, newest first."""
    return RuleSet.objects.filter(owner=owner).order_by("-pk")


def access_rule_set(user: User, rule_set_id: UUID, *, lock: bool = False) -> RuleSet:
    """One of the caller's own. Raises UnknownRuleSet, whoever else has one of this id."""
    found = rule_sets_of(user).filter(public_id=rule_set_id)
    rule_set = (found.select_for_update() if lock else found).first()
    if rule_set is None:
        raise UnknownRuleSet(rule_set=str(rule_set_id))
    return rule_set


def versions_of(rule_set: RuleSet) -> QuerySet[RuleSetVersion]:
    """All of its versions, newest first."""
    return RuleSetVersion.objects.filter(rule_set=rule_set).select_related("rule_set").order_by("-number")


def version_of(rule_set: RuleSet, number: int | None = None) -> RuleSetVersion:
    """One version; None: the newest. Raises UnknownRuleSet."""
    wanted = rule_set.newest if number is None else number
    version = versions_of(rule_set).filter(number=wanted).first() if wanted < 2**31 else None
    if version is None:
        raise UnknownRuleSet(
            _("This rule set has no version %(version)s."), rule_set=str(rule_set.public_id), version=number
        )
    return version


def name_of_version(rule_set: RuleSet, number: int) -> str:
    """The name by which runs know it, of 60 signs at most."""
    return f"{PREFIX}{rule_set.public_id}:{number}"


def is_own(name: str) -> bool:
    """Whether a strategy of this name is somebody's own rules, and no business of anybody else's."""
    return name.startswith(PREFIX)


def rule_signals_of(owner: User) -> QuerySet[RuleSignal]:
    """What a person's own rule sets asked for, newest first."""
    return RuleSignal.objects.filter(rule_set__owner=owner).order_by("-pk")


def rule_signals_named(names: Collection[str]) -> QuerySet[RuleSignal]:
    """What versions of these names asked for, newest first; whose they are, the caller has asked."""
    return RuleSignal.objects.filter(strategy__in=list(names)).order_by("-pk")


def versions_named(name: str) -> list[tuple[str, int, datetime]]:
    """(name, number, when it was saved) of every version of the rule set that `name` names, newest first; whose it is,
    the caller has asked.
    """
    version = _version_named(name, None)
    if version is None:
        return []
    found = versions_of(version.rule_set)
    return [(name_of_version(one.rule_set, one.number), one.number, one.created_at) for one in found]


def strategy_named(name: str, owner: User | None = None) -> Strategy | Manager:
    """What a backtest can run: of the catalogue, or a version of a rule set of `owner`'s.

    Raises UnknownStrategy, MissingInput.
    """
    if not name.startswith(PREFIX):
        return runnable(name)
    version = _version_named(name, owner) if owner is not None else None
    if version is None:
        raise UnknownStrategy(_("There is no strategy named %(strategy)s."), strategy=name)
    return compile_rules({**version.document, "name": version.rule_set.name}, name=name)


def strategy_of(name: str) -> Strategy:
    """What a bot of the active tenant trades by this name: of the catalogue, a version of a rule set of anybody's in
    the tenant, or signals from outside. Whose rule set it is was asked when the bot was made.

    Raises UnknownStrategy; NotForBots, MissingInput for another kind.
    """
    if name == WEBHOOK:
        return OUTSIDE
    return _compiled(current_tenant().id, name) if name.startswith(PREFIX) else strategy(name)


@lru_cache(maxsize=512)
def _compiled(_tenant_id: UUID, name: str) -> Strategy:
    """Of one tenant: a version never changes, and whose name it has is a number of its own."""
    version = _version_named(name, None)
    if version is None:
        raise UnknownStrategy(_("There is no strategy named %(strategy)s."), strategy=name)
    return compile_rules({**version.document, "name": version.rule_set.name}, name=name)


def _version_named(name: str, owner: User | None) -> RuleSetVersion | None:
    """The version of this name, of `owner` or, without one, of anybody in the tenant."""
    identity, _colon, number = name.removeprefix(PREFIX).partition(":")
    try:
        public_id, wanted = UUID(identity), int(number)
    except ValueError:
        return None
    whose = RuleSetVersion.objects.filter(rule_set__public_id=public_id)
    whose = whose.filter(rule_set__owner=owner) if owner is not None else whose
    version = whose.filter(number=wanted).select_related("rule_set").first() if 0 < wanted < 2**31 else None
    return version if version and name_of_version(version.rule_set, wanted) == name else None
