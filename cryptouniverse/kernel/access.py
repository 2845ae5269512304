"""What a route asks of its caller, said beside the view and read by whoever enforces, documents or tests it.

`@access("portfolio:read")` asks for a permission; `@public` says aloud that there is none to ask for. A route that
writes names the audit action it records (`audit="portfolio.stopped"`), one that only takes much to read says that it
`keeps_nothing`: without either, unsafe methods are refused. On views made of classes the rule stands on the class, or
on a method (`get`, `post`), where it goes before the class's.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, TypeVar

from cryptouniverse.kernel import clock

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
STEP_UP_LASTS: Final = timedelta(minutes=5)
_PERMISSION = re.compile(r"[a-z]+:[a-z]+")
_ACTION = re.compile(r"[a-z_]+(\.[a-z_]+)+")
_CLASS_OF = ("cls", "view_class", "consumer_class")  # where DRF, Django and Channels keep the class of a callable
View = TypeVar("View", bound=Callable[..., Any])


class Counted(enum.StrEnum):
    """The class of a call for limits (`cryptouniverse.api.limits`).

    GENERAL: on the API only. SIGN_IN: tries to get in. TEST: makes us call somebody else. HOOK: a message of another
    system to one address of ours, counted by that address and where it comes from. NEVER: must always get through, such
    as the stop switch.
    """

    GENERAL = "general"
    SIGN_IN = "sign_in"
    TEST = "test"
    HOOK = "hook"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Access:
    """permission: "area:action", or None for everybody.

    audit: the action that a write records, or None when it never writes.
    idempotent: an unsafe call needs an Idempotency-Key and happens once (API only).
    step_up: an unsafe call needs a second factor (or the password, without one) shown within the last five minutes.
    keeps_nothing: an unsafe method that answers what it was sent, and neither writes nor records.
    counted: the limit that an unsafe call counts in; None: SIGN_IN where everybody may write, GENERAL elsewhere.
    """

    permission: str | None
    audit: str | None = None
    idempotent: bool = False
    step_up: bool = False
    counted: Counted | None = None
    keeps_nothing: bool = False

    def allows_method(self, method: str) -> bool:
        """Whether `method` may be used at all: unsafe ones only where the rule says what they record, if anything."""
        return self.audit is not None or self.keeps_nothing or method.upper() in SAFE_METHODS

    def asks_step_up(self, method: str) -> bool:
        """Whether `method` needs a fresh second factor."""
        return self.step_up and method.upper() not in SAFE_METHODS


def confirmed(request: Any) -> bool:
    """Whether the caller has shown a second factor (or the password, without one) within the last five minutes.

    The session of a person knows it (`step_up_at`), or an access token (`proven_at`). A key has never shown one.
    """
    credential = getattr(request, "auth", None)
    holder = credential if credential is not None else getattr(request, "session", None)
    shown_at = getattr(holder, "step_up_at", None) or getattr(holder, "proven_at", None)
    return shown_at is not None and clock.now() - shown_at <= STEP_UP_LASTS


def access(
    permission: str,
    *,
    audit: str | None = None,
    idempotent: bool = False,
    step_up: bool = False,
    counted: Counted | None = None,
    keeps_nothing: bool = False,
) -> Callable[[View], View]:
    """The route asks for `permission` ("portfolio:read"); see `Access`."""
    if not _PERMISSION.fullmatch(permission):
        raise ValueError(f"a permission looks like 'portfolio:read', not {permission!r}")
    return _marked(Access(permission, _checked(audit), idempotent, step_up, counted, keeps_nothing))


def public(view: View) -> View:
    """Everybody may read this route, signed in or not, and nobody may write to it."""
    return _marked(Access(None))(view)


def public_write(*, audit: str, counted: Counted | None = None) -> Callable[[View], View]:
    """Everybody may write to this route (signing in, for one); `audit` names what is recorded."""
    return _marked(Access(None, _checked(audit), counted=counted))


def rule_of(view: Any, method: str) -> Access | None:
    """The rule of a view (function, class, or what `as_view()` made) for a method; None when nobody stated one."""
    owner = next((getattr(view, name) for name in _CLASS_OF if hasattr(view, name)), view)
    name = "get" if method.upper() == "HEAD" else method.lower()
    for holder in (getattr(owner, name, None), owner, view):
        rule = getattr(holder, "access_rule", None)
        if isinstance(rule, Access):
            return rule
    return None


def _checked(audit: str | None) -> str | None:
    if audit is not None and not _ACTION.fullmatch(audit):
        raise ValueError(f"an audit action looks like 'portfolio.stopped', not {audit!r}")
    return audit


def _marked(rule: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.access_rule = rule  # type: ignore[attr-defined]  # functions and classes both take attributes
        return view

    return mark
