"""Everybody's page listens at once, everybody is told something of their own, and each hears only what is theirs."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack

import aiohttp
from asgiref.sync import sync_to_async

from cryptouniverse.kernel.tenancy import in_tenant
from cryptouniverse.realtime.push import push, push_many
from tests.tenants.canaries import Person, leaks
from tests.web.processes import web_server

WAIT_S = 30
LAST = "that was all"


def heard_by_strangers(people: Sequence[Person]) -> list[str]:
    """Whose hints reached somebody else's socket, over the product's own web server."""
    with web_server() as port:
        heard = asyncio.run(asyncio.wait_for(_listen(port, people), 10 * WAIT_S))
    return strangers_heard(people, heard)


def strangers_heard(people: Sequence[Person], heard: Mapping[str, str]) -> list[str]:
    """heard: all that each person's socket was sent, by their name. Who heard nothing of their own is an error."""
    found = []
    for person in people:
        said = heard[person.name]
        if not any(one in said for one in person.own):
            found.append(f"{person.name} did not hear what is theirs")
        others = {other.name: other.own for other in people if other is not person}
        found += leaks(said, f"the socket of {person.name}", others)
    return found


async def _listen(port: int, people: Sequence[Person]) -> dict[str, str]:
    async with AsyncExitStack() as stack:
        sockets = {person.name: await _opened(stack, port, person) for person in people}
        await asyncio.gather(*(one.receive(timeout=WAIT_S) for one in sockets.values()))
        await sync_to_async(_tell_everybody)(people)
        heard = await asyncio.gather(*(_all_of(one) for one in sockets.values()))
        return dict(zip(sockets, heard, strict=True))


async def _opened(stack: AsyncExitStack, port: int, person: Person) -> aiohttp.ClientWebSocketResponse:
    client = await sync_to_async(person.browser)()
    own = f"{person.tenant.slug}.localhost:{port}"
    headers = {"Host": own, "Origin": f"http://{own}", "Cookie": f"sessionid={client.cookies['sessionid'].value}"}
    session = await stack.enter_async_context(aiohttp.ClientSession())
    return await stack.enter_async_context(session.ws_connect(f"http://127.0.0.1:{port}/ws/live/", headers=headers))


def _tell_everybody(people: Sequence[Person]) -> None:
    for person in people:
        with in_tenant(person.tenant):
            told = {"stream": f"portfolio:{min(person.own, key=len)}", "sequence": 1, "what": ["value"]}
            push_many(person.tenant, [("user", person.user.public_id, told)])
    for tenant in {person.tenant for person in people}:
        push(tenant, "tenant", tenant.id, {"stream": LAST, "sequence": 1, "what": ["value"]})


async def _all_of(socket: aiohttp.ClientWebSocketResponse) -> str:
    said = ""
    while LAST not in said:
        frame = await socket.receive(timeout=WAIT_S)
        said += str(frame.data)
        await socket.send_json({"ack": frame.json()["n"]})
    return said
