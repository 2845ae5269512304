"""Making and ending what opens a hook, taking alerts in, and handing them to the cycle."""

from strategies.hooks.services.answering import answer_alerts, called_at, forget_alerts, still_waiting
from strategies.hooks.services.opening import judge_hook_as, open_hook, revoke_hook, rewrap_secrets, rotate_hook
from strategies.hooks.services.receiving import receive, send_test

__all__ = [
    "answer_alerts",
    "called_at",
    "forget_alerts",
    "judge_hook_as",
    "open_hook",
    "receive",
    "revoke_hook",
    "rewrap_secrets",
    "rotate_hook",
    "send_test",
    "still_waiting",
]
