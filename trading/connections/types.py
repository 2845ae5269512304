"""The words of connections: kinds, states, credentials, and what a look at the venue found. Pure, no Django."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cryptouniverse.kernel.secret import Secret
from cryptouniverse.kernel.words import gettext_noop as _
from trading.exchanges.types import KeyRights

TERMS_VERSION: Final = "2026-11"  # of the risk warning and terms that a live connection needs; see the template
VENUES: Final = ("binance",)  # those whose protocol is proven; others are read, and not traded on
LABEL_MAX: Final = 60
KEY_FORM: Final = r"^[!-~]{8,256}$"  # a part of a key: printable ASCII without blanks


class Kind(enum.StrEnum):
    """What an account is made of. PAPER: books of ours. SANDBOX: a practice exchange. LIVE: real funds."""

    PAPER = "paper"
    SANDBOX = "sandbox"
    LIVE = "live"


class Status(enum.StrEnum):
    """DRAFT: being written down. TESTED: the venue took the key. ACTIVE: entries and exits go there. INACTIVE: switched
    off by its owner. REFUSED: the key may too much or nothing. In both, exits alone. DELETED: kept for the books.
    """

    DRAFT = "draft"
    TESTED = "tested"
    ACTIVE = "active"
    INACTIVE = "inactive"
    REFUSED = "refused"
    DELETED = "deleted"


class StopCause(enum.StrEnum):
    """Why entries stop on one connection. DRIFT ends by itself with the next proof that finds none, RIGHTS when a
    person activates again, the others by `allow_entries`.
    """

    DRIFT = "drift"
    RIGHTS = "rights"
    CLOCK = "clock"
    OTHER = "other"


class Yes(enum.StrEnum):
    """Whose word it takes before a bot buys for real money: all of them. VENUE: that its protocol is proven."""

    PLATFORM = "platform"
    TENANT = "tenant"
    VENUE = "venue"
    CONNECTION = "connection"
    BOT = "bot"


OF_BOTS: Final = frozenset({Yes.CONNECTION, Yes.BOT})  # a person who orders says yes by ordering
WHY_MISSING: Final = {  # and what to do about it
    Yes.PLATFORM: _("The operators of this platform have not switched live trading on."),
    Yes.TENANT: _("Your organisation has not allowed live trading. An administrator does so under Connections."),
    Yes.VENUE: _("Not everything that unattended trading needs is proven at this exchange."),
    Yes.CONNECTION: _("The account's owner says it on its page."),
}


@dataclass(frozen=True, slots=True)
class RealMoney:
    """A live connection, for who wants to buy there. missing: whose yes has not been said, the bots' own aside."""

    venue: str
    missing: tuple[Yes, ...]


class SecretField(enum.StrEnum):
    """The parts of an exchange key. PASSPHRASE: for venues that have one."""

    API_KEY = "api_key"
    SECRET = "secret"  # noqa: S105  # the name of a field
    PASSPHRASE = "passphrase"  # noqa: S105  # the name of a field


class KeyPurpose(enum.StrEnum):
    """What a tenant's own key is for: sealing secrets, or telling two API keys apart without keeping them."""

    SECRETS = "secrets"
    FINGERPRINTS = "fingerprints"


@dataclass(frozen=True, slots=True)
class Credentials:
    """An exchange key as its owner typed it, or as it was opened."""

    api_key: Secret
    secret: Secret
    passphrase: Secret | None = None

    @classmethod
    def of(cls, api_key: str, secret: str, passphrase: str = "") -> Credentials:
        """From text as it was typed: blanks around it are nobody's. Raises Invalid for an empty part."""
        return cls(Secret(api_key.strip()), Secret(secret.strip()), Secret(passphrase) if passphrase else None)

    def parts(self) -> Iterator[tuple[SecretField, Secret]]:
        """Field and secret of each part there is."""
        yield SecretField.API_KEY, self.api_key
        yield SecretField.SECRET, self.secret
        if self.passphrase is not None:
            yield SecretField.PASSPHRASE, self.passphrase


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look at the venue found. error: "" or a sentence, marked for translation. refused: the venue does not take
    the key. rights: None where there was no answer. clock_offset_ms: the venue's time less ours. reason: for the log.
    """

    rights: KeyRights | None = None
    clock_offset_ms: int | None = None
    error: str = ""
    refused: bool = False
    reason: str = ""

    @property
    def excessive(self) -> tuple[str, ...]:
        """The rights that a key for trading must not have, of those the venue tells."""
        if self.rights is None:
            return ()
        held = {"withdraw": self.rights.withdraw, "transfer": self.rights.transfer}
        return tuple(name for name, has in held.items() if has)
