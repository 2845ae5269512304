"""Making rule sets, saving versions of them, naming and deleting them. Every write is audited in its transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid5

from django.db import transaction

from accounts.users.services import take_turns
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import insert_rows
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.builder.errors import RulesChanged, RulesInUse, TooManyRuleSets, TooManyVersions
from strategies.builder.models import RuleSet, RuleSetVersion, RuleSignal
from strategies.builder.rules.compiling import checked_document
from strategies.builder.rules.problems import problem, refusal
from strategies.builder.rules.reading import Document, canonical, hash_of
from strategies.builder.selectors import PREFIX, access_rule_set, is_own, rule_sets_of, version_of
from strategies.builder.types import Asked
from strategies.catalog.errors import UnknownStrategy
from tenants.audit.services import record

if TYPE_CHECKING:
    from accounts.users.models import User

KEPT_MAX: Final = 100  # of one person
VERSIONS_MAX: Final = 200  # of one rule set
NAME_MAX: Final = 80
SIGNALS_KEPT_FOR: Final = timedelta(days=90)  # as alerts from outside
_NAMED: Final = _("A name has 1 to %(limit)s signs, and none that cannot be seen.")
_ASKED: Final = (*Asked._fields, "rule_set", "created_at")
_uses: dict[str, Callable[[str], int]] = {}


def on_delete(what: str, count: Callable[[str], int]) -> None:
    """`count` says how many things have a strategy whose name begins so: it is asked before a rule set goes.

    what: backtests, searches, bots or followed.
    """
    _uses[what] = count


@transaction.atomic
def create_rule_set(*, actor: User, document: object, key: str = "") -> RuleSet:
    """A rule set with this document as its version 1, named as it says. Audited as "rules.created".

    document: parsed JSON, one that was exported too. key: with the same one the person has one rule set, and a repeat
    is given that one. Raises BadRules, TooManyRuleSets; then nothing is kept.
    """
    checked = checked_document(document)
    take_turns(actor)
    once = {"public_id": uuid5(actor.public_id, key)} if key else {}
    if once and (kept := RuleSet.objects.filter(**once).first()):
        return kept
    if rule_sets_of(actor).count() >= KEPT_MAX:
        raise TooManyRuleSets(limit=KEPT_MAX)
    now, name = clock.now(), _name(checked["name"])
    made = RuleSet.objects.create(**once, owner=actor, name=name, created_at=now, changed_at=now)
    version = _keep(made, checked)
    record(actor=actor, action="rules.created", object=made, after={"name": name, "hash": version.hash})
    return made


@transaction.atomic
def save_version(*, actor: User, rule_set_id: UUID, document: object, based_on: int) -> RuleSetVersion:
    """Another version, and the rule set is named as it says. Audited as "rules.saved".

    based_on: the newest version, as the caller knows it. The same document again is no new version, and nothing is
    written. Raises UnknownRuleSet, BadRules, RulesChanged, TooManyVersions.
    """
    rule_set = access_rule_set(actor, rule_set_id, lock=True)
    checked = checked_document(document)
    newest = version_of(rule_set)
    if canonical(newest.document) == canonical(checked) and rule_set.name == _name(checked["name"]):
        return newest
    if based_on != rule_set.newest:
        raise RulesChanged(version=rule_set.newest)
    if rule_set.newest >= VERSIONS_MAX:
        raise TooManyVersions(limit=VERSIONS_MAX)
    before = {"version": newest.number, "hash": newest.hash}
    rule_set.newest, rule_set.name, rule_set.changed_at = newest.number + 1, _name(checked["name"]), clock.now()
    rule_set.save(update_fields=["newest", "name", "changed_at"])
    version = _keep(rule_set, checked)
    after = {"version": version.number, "hash": version.hash}
    record(actor=actor, action="rules.saved", object=rule_set, before=before, after=after)
    return version


@transaction.atomic
def rename_rule_set(*, actor: User, rule_set_id: UUID, name: str) -> RuleSet:
    """The same rules under another name. Audited as "rules.renamed". Raises UnknownRuleSet, BadRules."""
    rule_set, name = access_rule_set(actor, rule_set_id, lock=True), _name(name)
    if name != rule_set.name:
        before, rule_set.name, rule_set.changed_at = {"name": rule_set.name}, name, clock.now()
        rule_set.save(update_fields=["name", "changed_at"])
        record(actor=actor, action="rules.renamed", object=rule_set, before=before, after={"name": name})
    return rule_set


@transaction.atomic
def delete_rule_set(*, actor: User, rule_set_id: UUID) -> None:
    """Forget a rule set with all of its versions. Audited as "rules.deleted". Raises UnknownRuleSet, RulesInUse."""
    rule_set = access_rule_set(actor, rule_set_id, lock=True)
    named = {what: count(f"{PREFIX}{rule_set.public_id}:") for what, count in _uses.items()}
    if any(named.values()):
        facts: dict[str, Any] = dict.fromkeys(("backtests", "searches", "bots", "followed"), 0) | named
        raise RulesInUse(**facts)
    newest = version_of(rule_set)
    before = {"name": rule_set.name, "version": newest.number, "document": newest.document}
    record(actor=actor, action="rules.deleted", object=rule_set, before=before)
    rule_set.delete()


def hold_rules(strategy: str) -> None:
    """Whoever keeps something by this name calls it in the transaction that does: where the name is of a rule set, that
    one is not deleted until the commit. Raises UnknownStrategy where it has gone meanwhile.
    """
    if is_own(strategy):
        public_id = strategy.removeprefix(PREFIX).partition(":")[0]
        if RuleSet.objects.select_for_update(no_key=True).filter(public_id=public_id).first() is None:
            raise UnknownStrategy(_("There is no strategy named %(strategy)s."), strategy=strategy)


def record_rule_signals(rows: Collection[Asked]) -> None:
    """Keep what versions of rule sets asked for; what is kept already, and a rule set that is gone, is left alone.

    Two statements, none without rows.
    """
    if not rows:
        return
    names = {row.strategy: row.strategy.removeprefix(PREFIX).partition(":")[0] for row in rows}
    found = RuleSet.objects.filter(public_id__in=set(names.values())).values_list("public_id", "pk")
    pks, now = {str(public_id): pk for public_id, pk in found}, clock.now()
    there = [(row, pks[names[row.strategy]]) for row in rows if names[row.strategy] in pks]
    insert_rows(RuleSignal, _ASKED, [(*row, pk, now) for row, pk in there], repeats=True)


def forget_rule_signals() -> int:
    """Drop what rule sets asked for more than SIGNALS_KEPT_FOR ago; how many. Safe to run again."""
    return RuleSignal.objects.filter(created_at__lt=clock.now() - SIGNALS_KEPT_FOR).delete()[0]


def exported(version: RuleSetVersion) -> Document:
    """The document of a version under its rule set's name: what `create_rule_set` takes anywhere."""
    return {**version.document, "name": version.rule_set.name}


def _keep(rule_set: RuleSet, document: Document) -> RuleSetVersion:
    return RuleSetVersion.objects.create(
        rule_set=rule_set,
        number=rule_set.newest,
        document=document,
        hash=hash_of(document),
        created_at=rule_set.changed_at,
    )


def _name(raw: str) -> str:
    name = " ".join(raw.split())
    if not name or len(name) > NAME_MAX or not name.isprintable():
        raise refusal([problem("/name", _NAMED, limit=NAME_MAX)])
    return name
