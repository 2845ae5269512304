"""A request is its Host's tenant's or nobody's, whatever else it says; and what changes is seen by every process."""

import random
from threading import Event
from time import monotonic
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from cryptouniverse.kernel import memory
from cryptouniverse.kernel.tenancy import in_public, in_tenant
from cryptouniverse.middleware import TenantMiddleware
from tenants.provisioning.errors import UnknownTenant
from tenants.provisioning.selectors import forget_hosts, standing_of_host, tenant_by_host
from tests.people import browser, member

OURS = ("acme.localhost", "bolt.localhost")
WAYS = ("X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-Host", "X-Forwarded-Server", "X-Original-URL")
TRICKS = (
    "{a}",
    "{a}:80",
    "{a}.",
    "{A}",
    "{a}:80:443",
    "{a},{b}",
    "{a} {b}",
    "{b}@{a}",
    "{a}@{b}",
    "{a}#{b}",
    "{a}/{b}",
    "{a}?{b}",
    "{a}\\{b}",
    "{a}%00{b}",
    "{a}\x00{b}",
    "{a}\r\nHost: {b}",
    "{a}\t",
    " {a}",
    "http://{a}",
    "{a}..",
    ".{a}",
    "x.{a}",
    "{a}.evil.example",
    "[{a}]",
    "[::1]",
    "127.0.0.1",
    "{a}:-1",
    "{a}:80{b}",
    "xn--{a}",
    "{a}\N{FULLWIDTH FULL STOP}",
    "\N{CYRILLIC SMALL LETTER A}cme.localhost",
    "",
    "*",
    "%",
    "_",
    "{a}'--",
)
NAMED = {  # what names a tenant, and nothing else does: its own name, in any case, with one dot and a port or without
    spelled: host
    for host in OURS
    for name in (host, f"{host}.", host.upper())
    for spelled in (name, f"{name}:80", f"{name}:443", f"{name}:8000")
}


@pytest.fixture
def marked(acme_ctx, bolt_ctx):
    """Each of the two knows itself: an administrator's browser whose name tells."""
    for tenant in (acme_ctx, bolt_ctx):
        with in_tenant(tenant):
            member(f"root@{tenant.slug}.example")


def served(host: str, **headers: str) -> str | None:
    """The host whose tenant answers, or None. The page is one that names nobody, so the server's own word is asked."""
    heard: list[str] = []

    def listen(execute, sql, *rest):
        with connection.wrap_database_errors:
            heard.append(connection.schema_name)
        return execute(sql, *rest)

    with connection.execute_wrapper(listen):
        answer = Client(headers={"host": host, **headers}).get("/accounts/login/")
    if answer.status_code == 404:
        assert set(heard) <= {"public"}, host  # nothing else was touched
        return None
    assert answer.status_code == 200, (host, answer.status_code)
    request = answer.wsgi_request
    return f"{request.tenant.slug}.localhost"


def tricks(draw: random.Random) -> tuple[str, dict[str, str]]:
    a, b = draw.sample(OURS, 2)
    host = draw.choice(TRICKS).format(a=a, A=a.upper(), b=b)
    if draw.random() < 0.3:
        place = draw.randrange(len(host) + 1)
        host = host[:place] + draw.choice("\x00 .:/@-%\\\t\x7fé") + host[place:]
    return host, {way: draw.choice((a, b, f"for=1;host={b}", "evil.example")) for way in draw.sample(WAYS, 2)}


def right(host: str, answered: str | None) -> bool:
    """Whether what answered may answer: its own name does; a name that is not one of ours never."""
    return answered == NAMED.get(host) or (
        answered is not None and host.lower().partition(":")[0].removesuffix(".") == answered
    )


@pytest.mark.parametrize("trick", TRICKS)
def test_every_trick_ends_at_its_own_tenant_or_nowhere(marked, trick):
    for a, b in (OURS, OURS[::-1]):
        host = trick.format(a=a, A=a.upper(), b=b)
        answered = served(host, **{"X-Forwarded-Host": b, "Forwarded": f"host={b}"})
        assert right(host, answered), (host, answered)
        assert answered != b


@pytest.mark.prove
def test_no_host_reaches_a_wrong_tenant(marked, rf):
    draw, wrong = random.Random(4), []  # noqa: S311  # which tricks, no secret
    answers = {None: 0, OURS[0]: 0, OURS[1]: 0}
    door = TenantMiddleware(lambda request: HttpResponse(f"{request.tenant.slug}.localhost"))
    for _ in range(10_000):
        host, headers = tricks(draw)
        answer = door(rf.get("/", headers={"host": host, **headers}))
        answered = answer.content.decode() if answer.status_code == 200 else None
        answers[answered] += 1
        if not right(host, answered):
            wrong.append((host, answered))

    assert wrong == []
    assert min(answers.values()) > 300  # all three were met


@given(st.text(max_size=80))
@hypothesis(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_other_text_is_a_tenant(db, text):
    if text.lower().partition(":")[0].removesuffix(".") not in OURS:
        with pytest.raises(UnknownTenant):
            standing_of_host(text)


def test_a_forwarded_host_changes_nothing(acme_ctx, marked):
    with in_tenant(acme_ctx):
        desk = browser(member("ada@acme.example"))

    for way in WAYS:
        assert desk.get("/", headers={way: "bolt.localhost"}).wsgi_request.tenant == acme_ctx


@pytest.mark.prove
def test_a_change_that_another_process_made_is_seen_within_five_seconds(fresh_tenant):
    """Written as another process would, so that nothing here is told."""
    host = f"{fresh_tenant.slug}.localhost"
    assert tenant_by_host(host) == fresh_tenant
    with in_public(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE tenants_provisioning_tenant SET status = 'suspended' WHERE slug = %s", [fresh_tenant.slug]
        )
    began, pause = monotonic(), Event()
    while standing_of_host(host).life == "active":
        assert monotonic() - began < memory.REMEMBERED_S + 1
        pause.wait(0.05)

    assert memory.REMEMBERED_S <= 5


def test_a_change_in_this_process_is_seen_at_once(acme_ctx):
    from tenants.provisioning.services import suspend_tenant

    assert tenant_by_host("acme.localhost") == acme_ctx
    suspend_tenant(slug="acme", reason="they asked for it")
    with pytest.raises(UnknownTenant):
        tenant_by_host("acme.localhost")
    forget_hosts()


def test_many_made_up_hosts_do_not_fill_the_memory(db):
    from tenants.provisioning import selectors

    for _ in range(50):
        with pytest.raises(UnknownTenant):
            tenant_by_host(f"{uuid4().hex}.localhost")
    assert len(selectors._by_host) <= 2
