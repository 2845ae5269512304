"""The isolation crawl: three tenants, three users in one, everybody's credentials, every route, every foreign id.

`./cu manage isolation_crawl --requests N --json` runs it over a database of its own, which is removed after.
"""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from io import StringIO
from itertools import count
from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import Resolver404, resolve

from cryptouniverse.api.limits import forget_counts
from cryptouniverse.kernel.errors import NoTenant, NotFound
from tenants.provisioning.selectors import tenant_by_slug
from tenants.provisioning.services import create_tenant
from tests.people import browser
from tests.tenants.canaries import Person, answer_to, asked_for, given_person, leaks, own_pages
from tests.tenants.channels import cached, tenant_tasks, written_log
from tests.tenants.crawled_sockets import heard_by_strangers
from tests.web.stage import given_market

CAST = {
    "acme": {"alice": "trader", "eve": "trader", "boss": "admin"},
    "bolt": {"bob": "trader", "bea": "admin"},
    "cove": {"cat": "viewer"},
}
OF_THEIR_TENANT = ("audit", "api/v1/users", "settings/limits")  # what an administrator may see of others
COUNTED_ANEW = 50  # requests, after which limits begin to count again: a caller that is limited sees nothing


@dataclass
class Report:
    """What was asked, by whom, and what they saw that is not theirs: `canaries` has to be 0."""

    requests: int = 0
    routes: int = 0
    credentials: int = 0
    planted: int = 0
    seen_by_owner: int = 0
    channels: dict[str, int] = field(default_factory=dict)
    canaries: int = 0
    found: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    wall_s: float = 0

    @property
    def holds(self) -> bool:
        """Nothing was seen, nothing broke, and what was looked for can be seen."""
        return not self.found and not self.broken and self.seen_by_owner == self.planted > 0

    def note(self, channel: str, looked_at: int, found: Sequence[str]) -> None:
        """Add what was looked at in a channel and what was found there."""
        self.channels[channel] = self.channels.get(channel, 0) + looked_at
        self.found += found
        self.canaries = len(self.found)


@dataclass(frozen=True)
class Caller:
    """A credential of somebody (None: of nobody) at a tenant's host."""

    who: Person | None
    host: str
    client: Client

    def may_see(self, other: Person, asked: str) -> bool:
        """Whether `asked` is where an administrator sees who else is in their tenant, and what they did."""
        me = self.who
        admin = me and me.user.role == "admin" and me.tenant == other.tenant and self.host == _host(me)
        return bool(admin) and any(place in asked for place in OF_THEIR_TENANT)


def given_cast() -> list[Person]:
    """Everybody, full of strings of their own."""
    given_market()
    create_tenant(slug="cove", name="Cove", hosts=("cove.localhost",))
    return [
        given_person(tenant_by_slug(slug), name, role=role)
        for slug, people in CAST.items()
        for name, role in people.items()
    ]


class Crawl:
    """Everybody asks; what comes back, and what is logged meanwhile, is looked through."""

    def __init__(self, people: Sequence[Person], log: StringIO, report: Report) -> None:
        self._people, self._log, self._report = people, log, report
        self._routes: set[str] = set()

    def run(self, requests: int) -> None:
        """Let each owner see what is theirs, then everybody ask for what is not: `requests` requests in all."""
        for person in self._people:
            self._show(person)
        callers = list(_callers(self._people))
        turns = [_questions(one, self._people, place / len(callers)) for place, one in enumerate(callers)]
        for turn in count():
            if self._report.requests >= requests:
                break
            self._ask(callers[turn % len(callers)], *next(turns[turn % len(callers)]))
        self._report.routes, self._report.credentials = len(self._routes), len(callers)

    def _show(self, person: Person) -> None:
        """Each canary is looked for where its owner sees it: what cannot be seen proves nothing by not being seen."""
        caller, missing = (
            Caller(person, _host(person), person.browser()),
            set(person.own) - {str(person.user.public_id)},
        )
        self._report.planted += len(missing)
        self._report.seen_by_owner += len(missing)
        for method, address in own_pages(person.ids):
            said = self._ask(caller, method, address, {"id": person.ids[0]})
            missing -= {canary for canary in missing if canary in said and canary not in address}
        self._report.seen_by_owner -= len(missing)

    def _ask(self, caller: Caller, method: str, address: str, body: dict[str, Any]) -> str:
        """What came back. It, and what was logged meanwhile, is looked through for what is not the caller's."""
        said, logged = self._asked(caller.client, method, address, body)
        asked = f"{method} {address}"
        me, others = caller.who, [person for person in self._people if person is not caller.who]
        hidden = {me.name: me.hidden} if me else {}
        foreign = {one.name: one.hidden | (set() if caller.may_see(one, asked) else one.own) for one in others}
        found = leaks(said, asked, hidden | foreign)
        self._report.note("files" if "attachment" in said.partition("\n")[0] else "answers", 1, found)
        lines = leaks(logged, f"{asked} {body}", hidden | {one.name: one.hidden | one.own for one in others})
        self._report.note("logs", logged.count("\n"), [f"logged: {one}" for one in lines])
        return said

    def _asked(self, client: Client, method: str, address: str, body: dict[str, Any]) -> tuple[str, str]:
        """What came back, and what was logged meanwhile."""
        if self._report.requests % COUNTED_ANEW == 0:
            forget_counts()
        self._report.requests += 1
        with suppress(Resolver404):
            self._routes.add(resolve(address.partition("?")[0]).route)
        began = self._log.tell()
        status, said = answer_to(client, method, address, body)
        if status >= 500 and status != 503:
            self._report.broken.append(f"{status} {method} {address}")
        self._log.seek(began)
        return said, self._log.read()


def _callers(people: Sequence[Person]) -> Iterator[Caller]:
    """Each person by session and by key, at home and at another tenant's; and nobody, everywhere."""
    hosts = sorted({_host(person) for person in people})
    for person in people:
        elsewhere = next(host for host in hosts if host != _host(person))
        for host in (_host(person), elsewhere):
            yield Caller(person, host, person.browser(host=host))
            key = next(text for text in person.hidden if text.startswith("cu_"))
            yield Caller(person, host, Client(headers={"host": host, "authorization": f"Bearer {key}"}))
    for host in hosts:
        yield Caller(None, host, browser(host=host))


def _questions(caller: Caller, people: Sequence[Person], begin: float) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """All there is to ask for of the others', again and again, each time with the next of their ids first.

    begin: at which share of it, so that all callers together ask everything soon.
    """
    ids = [one for person in people if person is not caller.who for one in person.ids]
    for first in count():
        questions = list(asked_for([*ids[first % len(ids) :], *ids[: first % len(ids)]]))
        yield from questions[0 if first else int(begin * len(questions)) :]


def look_at_tasks(report: Report) -> None:
    """No task of a tenant runs without one, or for one that is not there."""
    for task in tenant_tasks():
        for tenant, refusal in (({}, NoTenant), ({"tenant_id": str(uuid4())}, NotFound)):
            try:
                task(**tenant)
            except refusal:
                report.note("tasks", 1, [])
            else:
                report.note("tasks", 1, [f"{task.name} ran for {tenant or 'no tenant'}"])


def look_at_caches(people: Sequence[Person], report: Report) -> None:
    """Every key is one tenant's and holds nobody's of another; what is everybody's names nobody."""
    kept = cached()
    for person in people:
        others = [f"{value!r}" for key, value in kept.items() if not key.startswith(f"t:{person.tenant.id}:")]
        said = "".join(others)
        found = [f"{person.name}: {one} in another's cache" for one in person.own | person.hidden if one in said]
        report.note("cache", 0, found)
    report.note("cache", len(kept), [f"{key} is nobody's" for key in kept if not key.startswith(("t:", "g:"))])


def _host(person: Person) -> str:
    return f"{person.tenant.slug}.localhost"


def crawled(requests: int, *, sockets: bool = True) -> Report:
    """The whole crawl, over the database that is in use; what it makes stays there."""
    report, began = Report(), time.perf_counter()
    people = given_cast()
    with written_log() as log:
        Crawl(people, log, report).run(requests)
    look_at_tasks(report)
    look_at_caches(people, report)
    if sockets:
        report.note("sockets", len(people), heard_by_strangers(people))
    report.wall_s = round(time.perf_counter() - began, 1)
    return report


def main() -> int:
    """Print the report; 1 if anything was seen, or nothing could be."""
    from benchmarks.stage import scratch_database

    parser = ArgumentParser()
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    with scratch_database():
        report = crawled(chosen.requests)
    facts = {**asdict(report), "holds": report.holds}
    print(json.dumps(facts, indent=None if chosen.json else 2))
    return 0 if report.holds else 1
