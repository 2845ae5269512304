"""What a row of the table of who may do what says, and what roles and parts in another's things allow.

A row says which permission the caller's role must hold, and, where the route names something of Olga's, who of those
that she gave a part in it may do it:

ANY    no object: the role alone decides          LOOK     Olga, her team, her delegate
TRADE  Olga, traders of her team, her delegate    OWNER    Olga; the others see it and are told that it is hers: 403
HERS   Olga; for everybody else it is not there   MEMBER   Olga and her team    MANAGER  Olga, for she keeps the team
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

ANY, LOOK, TRADE, OWNER, HERS, MEMBER, MANAGER = "any", "look", "trade", "owner", "hers", "member", "manager"
OPEN = None  # needs no permission at all
ROLES: dict[str, frozenset[str]] = {  # the matrix of roles, as the product promises it
    "admin": frozenset(
        f"{area}:{action}"
        for area in ("admin", "trading", "portfolio", "users", "system")
        for action in ("read", "write", "delete", "execute")
    ),
    "trader": frozenset({"trading:read", "trading:write", "trading:execute", "portfolio:read", "portfolio:write"}),
    "viewer": frozenset({"trading:read", "portfolio:read"}),
    "api": frozenset({"trading:read", "trading:execute"}),
}
PARTS: dict[str, dict[str, int]] = {  # part in what is Olga's -> status for who may not; 0 for who may
    ANY: dict.fromkeys(("owner", "team_viewer", "team_trader", "delegate", "expired", "stranger"), 0),
    LOOK: {"owner": 0, "team_viewer": 0, "team_trader": 0, "delegate": 0, "expired": 404, "stranger": 404},
    TRADE: {"owner": 0, "team_viewer": 403, "team_trader": 0, "delegate": 0, "expired": 404, "stranger": 404},
    OWNER: {"owner": 0, "team_viewer": 403, "team_trader": 403, "delegate": 403, "expired": 404, "stranger": 404},
    HERS: {"owner": 0, "team_viewer": 404, "team_trader": 404, "delegate": 404, "expired": 404, "stranger": 404},
    MEMBER: {"owner": 0, "team_viewer": 0, "team_trader": 0, "delegate": 404, "expired": 404, "stranger": 404},
    MANAGER: {"owner": 0, "team_viewer": 403, "team_trader": 403, "delegate": 404, "expired": 404, "stranger": 404},
}


@dataclass(frozen=True)
class Row:
    """One method of one route. permission: OPEN for everybody. query: appended to the address.

    once: it needs an Idempotency-Key. fine: what else is an answer; 302 for a page that may say why not.
    """

    permission: str | None
    who: str = ANY
    body: dict[str, Any] = field(default_factory=dict)
    query: str = ""
    fine: frozenset[int] = frozenset()
    once: bool = False

    def expected(self, *, role: str | None, part: str, page: bool) -> int:
        """0 for an answer, else the status of the refusal; role None: nobody is signed in."""
        if self.permission is OPEN:
            return 0
        if role is None:
            return 302 if page else 401
        if self.permission not in ROLES[role] or (page and role == "api"):
            return 403
        return PARTS[self.who][part]


def row(
    permission: str | None, who: str = ANY, *, fine: tuple[int, ...] = (), query: str = "", once: bool = False, **body
):
    return Row(permission, who, body, query, frozenset(fine), once)


P_READ, P_WRITE = "portfolio:read", "portfolio:write"
T_READ, T_WRITE, T_EXECUTE = "trading:read", "trading:write", "trading:execute"
