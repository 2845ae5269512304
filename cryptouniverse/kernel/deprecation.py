"""How a route says that it will go: the mark stands on the view, the API's router turns it into headers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Deprecation:
    """since: from when on it should not be used. sunset: when it stops to answer. instead: the path that follows it."""

    since: datetime
    sunset: datetime
    instead: str


def deprecated(*, since: datetime, sunset: datetime, instead: str) -> Callable[[View], View]:
    """The route goes at `sunset`, which is at least 180 days after `since`: what the policy promises."""
    if (sunset - since).days < 180:
        raise ValueError("a route that goes is announced 180 days before")

    def mark(view: View) -> View:
        view.deprecation = Deprecation(since, sunset, instead)  # type: ignore[attr-defined]  # views take attributes
        return view

    return mark
