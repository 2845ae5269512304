"""What the builder refuses. Nothing is kept of a rule set that was refused."""

from __future__ import annotations

from typing import Any

from cryptouniverse.kernel.errors import Conflict, Invalid, NotFound
from cryptouniverse.kernel.words import gettext_noop as _


class BadRules(Invalid):
    """A document is no rule set. facts: path, reason; problems, each with path, detail and nearest.

    found: the same problems, to be told in the reader's language.
    """

    code = "rules.invalid"
    title = _("The rules are not valid")
    found: tuple[Any, ...] = ()


class UnknownRuleSet(NotFound):
    """There is no such rule set or version, or not of this person's. facts: rule_set, version."""

    code = "rules.unknown"
    title = _("There is no such rule set.")


class RulesChanged(Conflict):
    """Somebody saved another version since this one was read. facts: version, of the newest."""

    code = "rules.changed"
    title = _("Version %(version)s was saved meanwhile: read it, and save again on top of it.")


class TooManyRuleSets(Conflict):
    """As many rule sets of this person are kept as may be. facts: limit."""

    code = "rules.too_many"
    title = _("%(limit)s of your rule sets are kept: delete some that you need no more.")


class TooManyVersions(Conflict):
    """As many versions of this rule set are kept as may be. facts: limit."""

    code = "rules.too_many_versions"
    title = _("%(limit)s versions of this rule set are kept: import the newest as a new rule set.")


class RulesInUse(Conflict):
    """Something was made by it, or trades by it, and would no longer say by what. facts: backtests, searches, bots,
    followed."""

    code = "rules.in_use"
    title = _(
        "This rule set is in use (bots: %(bots)s, backtests: %(backtests)s, searches: %(searches)s, followed:"
        " %(followed)s). Delete the backtests and searches and stop following it first; while a bot names it, it stays."
    )
