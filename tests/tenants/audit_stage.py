"""An audit to tamper with: records, their chain and its signed heads, in memory or in a tenant of its own."""

import base64
import random
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID

from cryptouniverse.kernel.secret import Secret
from tenants.audit.chain import GENESIS, Link, Row, Walk, hash_of, walked
from tenants.audit.heads import Head, Signer, read_heads
from tenants.audit.types import Fault, Finding

TENANT = UUID(int=7)
SIGNER = Signer(Secret(base64.b64encode(bytes(range(32))).decode()))


@dataclass
class Exported:
    """A whole audit as rows, and what the store outside the database holds."""

    rows: list[Row] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    heads: list[bytes] = field(default_factory=list)

    def copy(self) -> "Exported":
        return Exported(list(self.rows), list(self.links), list(self.heads))

    def places(self) -> list[tuple[Link, Row | None]]:
        """As the database joins and orders them."""
        by_number = {row.number: row for row in self.rows}
        return [(link, by_number.get(link.row)) for link in sorted(self.links, key=lambda link: link.sequence)]

    def findings(self) -> list[Finding]:
        heads, bad = read_heads(self.heads, tenant=TENANT, keys={SIGNER.public})
        expected: dict[int, list[tuple[str, int]]] = {}
        for head in heads:
            expected.setdefault(head.sequence, []).append((head.hash, head.number))
        found = [Finding(Fault.HEAD, 0, str(number)) for number in bad]
        found += walked(Walk(TENANT, expected), self.places())
        chained = {link.row for link in self.links}
        return found + [Finding(Fault.UNCHAINED, 0, row.name) for row in self.rows if row.number not in chained]

    def chain_anew(self) -> None:
        """Compute every link again, as somebody who has the database and our code would."""
        previous, links = GENESIS, []
        for sequence, row in enumerate(self.rows, start=1):
            sealed_at = f"{1_700_000_000 + sequence}.000000"
            own = hash_of(TENANT, row, sequence=sequence, sealed_at=sealed_at, previous=previous)
            links.append(Link(sequence, row.number, sealed_at, previous, own))
            previous = own
        self.links = links

    def sign(self, sequence: int) -> None:
        at = datetime(2026, 1, 1, tzinfo=UTC).isoformat()
        head = Head(TENANT, len(self.heads) + 1, sequence, self.links[sequence - 1].hash, 0, at)
        self.heads.append(SIGNER.line(head, after=self.heads[-1] if self.heads else None))


def dice_of(seed: int) -> random.Random:
    """Chance that comes out the same each time."""
    return random.Random(seed)  # noqa: S311  # no secret is made of it


def row(number: int, dice: random.Random) -> Row:
    """A record such as the product writes."""
    before = f'{{"cap": {dice.randrange(100)}.50, "name": "{dice.randrange(99)}"}}' if dice.random() < 0.7 else None
    return Row(
        number,
        (
            str(UUID(int=dice.getrandbits(128))),
            f"{1_700_000_000 + number}.{dice.randrange(10**6):06d}",
            str(UUID(int=dice.getrandbits(128))) if dice.random() < 0.8 else None,
            dice.choice(["user", "operator", "system"]),
            dice.choice(["bot.moved", "user.changed", "trading.stopped"]),
            "thing",
            str(dice.randrange(1000)),
            before,
            f'{{"cap": {dice.randrange(100)}, "tags": ["a", "é", null, true]}}',
            f"request-{number}",
            f"203.0.113.{dice.randrange(255)}/32" if dice.random() < 0.5 else None,
        ),
    )


def exported(length: int = 12) -> Exported:
    """An audit of that many records with a head at each fourth and at the end."""
    audit = Exported([row(number, dice_of(number)) for number in range(1, length + 1)])
    audit.chain_anew()
    for sequence in (*range(4, length, 4), length):
        audit.sign(sequence)
    return audit


def with_value(row: Row, place: int, value: str | None) -> Row:
    return replace(row, values=(*row.values[:place], value, *row.values[place + 1 :]))
