"""A secret that is hard to spill: it does not print, pickle, or become JSON, and is read by one method with a name."""

from __future__ import annotations

import hmac
from typing import Any, ClassVar, NoReturn, Self

from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.words import gettext_noop as _

SHOWN = "Secret(***)"


class Secret:
    """A key, password or token. Only `reveal()` gives its text; str, repr, format and tracebacks show "Secret(***)".

    Frozen. Equality takes the same time wherever two secrets differ, and a secret equals no plain string. It has no
    hash, so that it cannot become a key of a cache. Raises Invalid for an empty text.
    """

    __slots__ = ("__text",)
    __hash__: ClassVar[None]  # type: ignore[assignment]  # object says that everything can be hashed; this cannot

    def __init__(self, text: str) -> None:
        if not isinstance(text, str) or not text:
            raise Invalid(_("A secret must be a text that is not empty."))
        object.__setattr__(self, "_Secret__text", text)

    def reveal(self) -> str:
        """The text itself: for the one call that needs it, never to be kept in a field or a log."""
        return self.__text

    def __repr__(self) -> str:
        return SHOWN

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return SHOWN

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self.__text.encode(), other.__text.encode())

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a secret does not change")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("a secret does not change")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret is not pickled: it does not travel in a task, a cache or a file")
