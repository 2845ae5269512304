"""What kinds of people there are. Pure, no Django."""

from __future__ import annotations

import enum


class Role(enum.StrEnum):
    """A person's role in their tenant; what each may do stands in `permissions.py`."""

    ADMIN = "admin"
    TRADER = "trader"
    VIEWER = "viewer"
    API = "api"
