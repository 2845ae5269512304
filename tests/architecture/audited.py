"""Every call that writes to the audit, and what it says of the change."""

import ast
from collections.abc import Iterator

from tests.architecture.sources import Source

WRITERS = {"record", "record_twice", "record_in_both", "changed"}
# Nothing is changed by them: that they happened is all there is to say.
EVENTS = (
    *("session.", "operator.entered", "check_asked", "user.password_", "user.signed_up", "audit.exported"),
    *("factor.recovery_renewed", "factor.challenged", "sign_in.unlocked", "token.refreshed"),
    *("team.ended", "delegation."),
)


def silent_records(source: Source) -> list[str]:
    """Calls that name an action and neither before nor after it."""
    return [
        f"{source.path}:{call.lineno} {action}"
        for call, action in _calls(source.tree)
        if not action.startswith(EVENTS) and not {"before", "after", None} & {word.arg for word in call.keywords}
    ]


def _calls(tree: ast.Module) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or _name(node.func) not in WRITERS:
            continue
        named = next((word.value for word in node.keywords if word.arg == "action"), None)
        if named is None and _name(node.func) == "changed" and len(node.args) > 1:
            named = node.args[1]
        if isinstance(named, ast.Constant) and isinstance(named.value, str):
            yield node, named.value


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
