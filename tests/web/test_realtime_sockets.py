"""Sockets against a real server: whose they are, what ends them, and what they carry."""

import asyncio
import json
import os
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
import redis
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from accounts.users.models import Session
from accounts.users.services import end_sessions
from accounts.users.store import SESSION_TENANT, SessionStore, digest_of
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.ids import new_id
from cryptouniverse.kernel.tenancy import in_tenant
from cryptouniverse.realtime.db import run_in_tenant
from cryptouniverse.realtime.push import close_sockets, push, push_many
from cryptouniverse.realtime.sessions import session_id_of
from tenants.regions.services import add_rule, set_otherwise
from tenants.regions.types import RuleKind, Verdict
from tests.people import member

WAIT_S = 10


@pytest.fixture(scope="module")
def home(committed):
    """A tenant with real commits, entered."""
    with committed("home") as tenant, in_tenant(tenant):
        yield tenant


@pytest.fixture(scope="module")
def user(home):
    return member("sue@home.example")


def session_of(user, tenant, *, lasts_s: int = 3600) -> str:
    """The key of a committed session, as signing in makes it."""
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store[SESSION_TENANT] = str(tenant.id)
    store.set_expiry(clock.now() + timedelta(seconds=lasts_s))
    store.create()
    return str(store.session_key)


@asynccontextmanager
async def socket(port: int, tenant, key: str = "", *, host: str = "", origin: str | None = None, **more: str):
    own = f"{host or tenant.slug + '.localhost'}:{port}"
    headers = {"Host": own, "Origin": f"http://{own}" if origin is None else origin, **more}
    async with (
        aiohttp.ClientSession(cookies={"sessionid": key} if key else None) as client,
        client.ws_connect(
            f"http://127.0.0.1:{port}/ws/live/", headers=headers, timeout=aiohttp.ClientWSTimeout()
        ) as ws,
    ):
        yield ws


async def next_of(ws) -> dict:
    """The next frame, or {"closed": code}: the code that the server's frame said, however the connection ended then."""
    message = await ws.receive(timeout=WAIT_S)
    if message.type is aiohttp.WSMsgType.TEXT:
        return json.loads(message.data)
    return {"closed": message.data if message.type is aiohttp.WSMsgType.CLOSE else ws.close_code}


async def acknowledged(ws, *, upto: int):
    """Frames, each acknowledged as a page does, until the hint `upto` has come."""
    number, sequence = 1, 0
    while sequence < upto:
        await ws.send_str(json.dumps({"ack": number}))
        frame = await next_of(ws)
        number, sequence = frame["n"], frame["hints"][-1]["sequence"]
        yield frame


def run(scenario) -> None:
    asyncio.run(asyncio.wait_for(scenario, 60))


in_thread = sync_to_async


def hint(sequence: int, *what: str) -> dict:
    return {"stream": "portfolio:1", "sequence": sequence, "what": list(what)}


def test_a_signed_in_page_hears_its_users_hints_and_no_others(port, home, user):
    key = session_of(user, home)

    async def scenario():
        async with socket(port, home, key) as ws:
            assert (await next_of(ws))["hello"]["renew_s"] > 3_000
            await in_thread(push)(home, "user", new_id(), hint(1, "credits"))
            await in_thread(push)(home, "user", user.public_id, hint(7, "positions"))
            frame = await next_of(ws)
            assert frame == {"n": 1, "hints": [{**hint(7, "positions"), "first": 7}]}

    run(scenario())


def test_of_two_people_in_one_process_each_hears_their_own(port, home, user):
    other = member("tom@home.example")
    mine, theirs = session_of(user, home), session_of(other, home)

    async def scenario():
        async with socket(port, home, mine) as ws, socket(port, home, theirs) as next_to_it:
            await next_of(ws), await next_of(next_to_it)
            await in_thread(push_many)(
                home,
                [
                    ("tenant", home.id, hint(1, "value")),
                    ("user", user.public_id, hint(2, "credits")),
                    ("user", other.public_id, hint(2, "positions")),
                ],
            )
            heard = [(await next_of(one))["hints"][0]["what"] for one in (ws, next_to_it)]
            assert heard == [["credits", "value"], ["positions", "value"]]

    run(scenario())


def test_hints_go_on_when_the_connection_that_was_kept_has_died(port, home, user):
    key = session_of(user, home)

    async def scenario():
        async with socket(port, home, key) as ws:
            await next_of(ws)
            await in_thread(push)(home, "user", user.public_id, hint(1, "value"))
            await next_of(ws)
            await ws.send_str(json.dumps({"ack": 1}))
            await in_thread(cut_own_connections)()
            await in_thread(push)(home, "user", user.public_id, hint(2, "value"))
            assert (await next_of(ws))["hints"][0]["sequence"] == 2

    run(scenario())


def test_a_fork_sends_by_a_connection_of_its_own(port, home, user):
    key = session_of(user, home)

    def push_in_a_fork():
        child = os.fork()
        if not child:
            push(home, "user", user.public_id, hint(2, "value"))
            os._exit(0)
        os.waitpid(child, 0)

    async def scenario():
        async with socket(port, home, key) as ws:
            await next_of(ws)
            await in_thread(push)(home, "user", user.public_id, hint(1, "value"))
            await next_of(ws)
            await ws.send_str(json.dumps({"ack": 1}))
            await in_thread(push_in_a_fork)()
            assert (await next_of(ws))["hints"][0]["sequence"] == 2

    run(scenario())


def cut_own_connections() -> None:
    """End this process's connections to Redis, on the server's side; nobody else's."""
    sockets = {file.readlink().name for file in Path("/proc/self/fd").iterdir() if file.is_symlink()}
    with redis.Redis.from_url(settings.REDIS_URL) as server:
        rows = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
        own = {int(row[1].partition(":")[2], 16) for row in rows if f"socket:[{row[9]}]" in sockets}
        for client in server.client_list():
            if int(client["addr"].rpartition(":")[2]) in own and int(client["id"]) != server.client_id():
                server.client_kill_filter(_id=client["id"])


def test_a_hint_for_the_whole_tenant_reaches_its_pages(port, home, user):
    key = session_of(user, home)

    async def scenario():
        async with socket(port, home, key) as ws:
            await next_of(ws)
            await in_thread(push)(home, "tenant", home.id, hint(1, "value"))
            assert (await next_of(ws))["hints"][0]["what"] == ["value"]

    run(scenario())


def test_hints_of_another_tenant_never_arrive(port, home, user):
    from tenants.provisioning.selectors import tenant_by_slug

    key, bolt = session_of(user, home), tenant_by_slug("bolt")

    async def scenario():
        async with socket(port, home, key) as ws:
            await next_of(ws)
            await in_thread(push)(bolt, "user", user.public_id, hint(1, "credits"))
            await in_thread(push)(bolt, "tenant", bolt.id, hint(2, "credits"))
            await in_thread(push)(home, "user", user.public_id, hint(3, "value"))
            assert (await next_of(ws))["hints"] == [{**hint(3, "value"), "first": 3}]

    run(scenario())


def test_without_a_session_the_socket_closes_with_4401(port, home):
    async def scenario():
        async with socket(port, home) as ws:
            assert await next_of(ws) == {"closed": 4401}

    run(scenario())


def test_a_session_of_one_tenant_is_nothing_in_another(port, home, user):
    key = session_of(user, home)

    async def scenario():
        async with socket(port, home, key, host="bolt.localhost") as ws:
            assert await next_of(ws) == {"closed": 4401}

    run(scenario())


@pytest.mark.parametrize("origin", ["http://bolt.localhost", "https://evil.example"])
def test_a_page_of_another_site_is_closed_with_4403(port, home, user, origin):
    key = session_of(user, home)

    async def scenario():
        async with socket(port, home, key, origin=origin) as ws:
            assert await next_of(ws) == {"closed": 4403}

    run(scenario())


def test_an_unknown_host_is_refused_before_the_handshake(port, home):
    async def scenario():
        with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
            async with socket(port, home, host="nobody.localhost"):
                raise AssertionError("it must not open")

    run(scenario())


def test_a_socket_ends_with_its_session(port, home, user):
    key = session_of(user, home, lasts_s=2)

    async def scenario():
        async with socket(port, home, key) as ws:
            assert "hello" in await next_of(ws)
            assert await next_of(ws) == {"closed": 4401}

    run(scenario())


def test_signing_out_elsewhere_closes_the_socket_at_once(port, home, user):
    key = session_of(user, home)

    async def scenario():
        async with socket(port, home, key) as ws:
            await next_of(ws)
            await in_thread(close_sockets)(home, "session", session_id_of(key))
            assert await next_of(ws) == {"closed": 4401}

    run(scenario())


def test_revoking_the_sessions_of_somebody_closes_their_sockets_and_nobody_elses(port, home, user):
    other = member("max@home.example")
    mine, theirs = session_of(user, home), session_of(other, home)

    async def scenario():
        async with socket(port, home, mine) as ws, socket(port, home, theirs) as kept:
            assert "hello" in await next_of(ws) and "hello" in await next_of(kept)
            await run_in_tenant(home, lambda: end_sessions(user=user))
            assert await next_of(ws) == {"closed": 4401}
            await in_thread(push)(home, "user", other.public_id, hint(1, "value"))
            assert "hints" in await next_of(kept)

    run(scenario())


def test_an_expired_session_opens_nothing(port, home, user):
    key = session_of(user, home)
    Session.objects.filter(session_key=digest_of(key)).update(expire_date=clock.now() - timedelta(seconds=1))

    async def scenario():
        async with socket(port, home, key) as ws:
            assert await next_of(ws) == {"closed": 4401}

    run(scenario())


def test_a_user_who_was_shut_out_opens_nothing(port, home):
    gone = member("gone@home.example")
    key = session_of(gone, home)
    gone.is_active = False
    gone.save()

    async def scenario():
        async with socket(port, home, key) as ws:
            assert await next_of(ws) == {"closed": 4401}

    run(scenario())


def test_a_page_that_does_not_acknowledge_gets_one_frame_and_the_rest_merged(port, home, user):
    key = session_of(user, home)

    async def scenario():
        async with socket(port, home, key) as ws:
            await next_of(ws)
            await in_thread(push)(home, "user", user.public_id, hint(1, "value"))
            assert (await next_of(ws))["n"] == 1
            await in_thread(push_many)(
                home, [("user", user.public_id, hint(number, "value")) for number in range(2, 302)]
            )
            with pytest.raises(TimeoutError):
                await ws.receive(timeout=0.5)
            frames = [frame async for frame in acknowledged(ws, upto=301)]
            assert len(frames) < 30 and frames[0]["hints"][0]["first"] == 2

    run(scenario())


@pytest.mark.parametrize("said", ["", "nonsense", "[]", '{"ack": 99}', '{"ack": 1' + " " * 500 + "}", "null"])
def test_what_a_browser_says_never_breaks_its_socket(port, home, user, said):
    key = session_of(user, home)

    async def scenario():
        async with socket(port, home, key) as ws:
            await next_of(ws)
            await ws.send_str(said)
            await in_thread(push)(home, "user", user.public_id, hint(1, "value"))
            assert (await next_of(ws))["n"] == 1

    run(scenario())


def test_a_region_that_is_kept_out_gets_no_socket_whatever_it_says_of_itself(port, committed):
    with committed("far") as far, in_tenant(far):
        boss = member("boss@far.example", role="admin")
        key = session_of(boss, far)
        elsewhere = {"actor": boss, "address": "198.51.100.7"}
        add_rule(kind=RuleKind.NETWORK, value="127.0.0.0/8", verdict=Verdict.DENY, **elsewhere)

        async def scenario():
            for forged in ({}, {"X-Forwarded-For": "198.51.100.7"}):
                with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
                    async with socket(port, far, key, **forged):
                        raise AssertionError("it was opened")
                assert refusal.value.status == 403

        run(scenario())


def test_a_region_that_is_let_in_gets_its_socket(port, committed):
    with committed("near") as near, in_tenant(near):
        boss = member("boss@near.example", role="admin")
        key = session_of(boss, near)
        add_rule(actor=boss, address="127.0.0.1", kind=RuleKind.NETWORK, value="127.0.0.1", verdict=Verdict.ALLOW)
        set_otherwise(actor=boss, address="127.0.0.1", otherwise=Verdict.DENY)

        async def scenario():
            async with socket(port, near, key) as ws:
                assert "hello" in await next_of(ws)

        run(scenario())
