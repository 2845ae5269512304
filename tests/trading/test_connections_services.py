"""A connection's life: made, tested, switched on and off, its key replaced, deleted. Every step is on the record."""

import pytest

from cryptouniverse.kernel.events.models import OutboxEvent
from tenants.audit.models import AuditRecord
from tests.people import member
from tests.trading.connections_cast import API_KEY, SECRET, credentials, given_connection
from tests.trading.fake_exchange import TRADING, UNTOLD, silent
from trading.connections.errors import (
    BadConnection,
    CannotTrade,
    CustomEndpoint,
    KeyInUse,
    LabelTaken,
    NoSandbox,
    NotTested,
    PaperHasNoVenue,
    TooManyRights,
    UnknownConnection,
)
from trading.connections.models import Connection, SealedSecret
from trading.connections.selectors import access_connection, active_connections, connections_for
from trading.connections.services import (
    activate,
    create_connection,
    deactivate,
    delete,
    open_credentials,
    rename,
    rotate,
)
from trading.connections.types import Kind, Status
from trading.exchanges.errors import ExchangeUnavailable, KeyRefused, UnknownExchange
from trading.exchanges.types import KeyRights

SANDBOX = {"venue": "binance", "kind": Kind.SANDBOX, "label": "Practice"}


def made(owner, exchange, *, rights=TRADING, keys=None, **facts):
    return create_connection(
        owner=owner, **{**SANDBOX, **facts}, credentials=exchange.knows(keys or credentials(), rights)
    )


def recorded():
    return [record.action for record in AuditRecord.objects.order_by("pk")]


def told():
    return [event.body["what"] for event in OutboxEvent.objects.filter(type="connections.changed").order_by("pk")]


def test_a_connection_is_tested_before_it_is_kept(alice, exchange):
    connection = made(alice, exchange)

    assert (connection.status, connection.rights) == (Status.TESTED, TRADING)
    assert (connection.clock_offset_ms, connection.check_error) == (12, "")
    assert connection.checked_at and exchange.closed == 1
    assert exchange.opened == [("http://127.0.0.1:9", credentials().api_key)]
    assert (recorded(), told()) == (["connection.created"], ["created"])


def test_its_key_comes_out_as_it_went_in(alice, exchange, trader):
    assert open_credentials(made(alice, exchange)) == credentials()


def test_paper_needs_no_key_and_asks_nobody(alice, exchange):
    paper = create_connection(owner=alice, venue="binance", kind=Kind.PAPER, label="Paper")

    assert (paper.status, paper.key_fingerprint, exchange.opened) == (Status.TESTED, "", [])
    assert activate(connection=paper, actor=alice).status == Status.ACTIVE
    assert active_connections() == []
    with pytest.raises(PaperHasNoVenue):
        rotate(connection=paper, credentials=credentials(), actor=alice)


@pytest.mark.parametrize(
    ("rights", "refusal"),
    [
        (KeyRights(trade=True, withdraw=True, transfer=False, ip_restricted=True), TooManyRights),
        (KeyRights(trade=True, withdraw=None, transfer=True, ip_restricted=True), TooManyRights),
        (KeyRights(trade=False, withdraw=False, transfer=False, ip_restricted=True), CannotTrade),
        (KeyRefused("", venue="binance"), KeyRefused),
        (silent(), ExchangeUnavailable),
    ],
)
def test_a_key_that_is_not_fit_is_refused_and_nothing_is_kept(alice, exchange, rights, refusal):
    with pytest.raises(refusal):
        made(alice, exchange, rights=rights)

    assert not Connection.objects.exists() and not SealedSecret.objects.exists()
    assert (recorded(), told(), exchange.closed) == ([], [], 1)


def test_what_a_venue_does_not_tell_is_not_held_against_a_key(alice, exchange):
    assert made(alice, exchange, rights=UNTOLD).rights == UNTOLD


def test_a_refusal_says_which_rights_and_never_the_key(alice, exchange):
    rights = KeyRights(trade=True, withdraw=True, transfer=True, ip_restricted=None)
    with pytest.raises(TooManyRights) as refusal:
        made(alice, exchange, rights=rights)

    assert refusal.value.facts == {"venue": "binance", "rights": ["withdraw", "transfer"]}


@pytest.mark.parametrize("wrong", ["unknown", "silent"])
def test_an_exchange_that_repeats_the_key_does_not_get_it_into_our_answer(alice, exchange, wrong):
    if wrong == "silent":
        exchange.knows(credentials(), silent(f"{API_KEY} {SECRET}"))
    with pytest.raises((KeyRefused, ExchangeUnavailable)) as refusal:
        create_connection(owner=alice, **SANDBOX, credentials=credentials())

    said = f"{refusal.value} {refusal.value.facts}"
    assert API_KEY not in said and SECRET not in said


@pytest.mark.parametrize("label", ["", "  ", "x" * 61, "a\x00b"])
def test_a_bad_label_is_refused_before_the_exchange_is_asked(alice, exchange, label):
    with pytest.raises(BadConnection):
        made(alice, exchange, label=label)
    assert exchange.opened == []


def test_a_label_is_the_owners_own(alice, exchange):
    made(alice, exchange)
    with pytest.raises(LabelTaken):
        made(alice, exchange, keys=credentials("other", "other"), label=" Practice ")

    bob = member("bob@acme.example")
    assert made(bob, exchange, keys=credentials("bobs", "bobs")).label == "Practice"


def test_a_venue_whose_protocol_is_not_proven_is_refused(alice, exchange):
    for venue in ("kraken", "no-such-exchange"):
        with pytest.raises(UnknownExchange):
            made(alice, exchange, venue=venue)


def test_a_key_and_no_key_are_each_refused_where_the_other_belongs(alice, exchange):
    with pytest.raises(BadConnection):
        create_connection(owner=alice, **SANDBOX)
    with pytest.raises(BadConnection):
        made(alice, exchange, kind=Kind.PAPER)


def test_a_sandbox_key_never_goes_to_the_exchange_itself(alice, exchange, settings):
    settings.CU = settings.CU.model_copy(update={"cu_sandbox_url": ""})

    with pytest.raises(NoSandbox):
        made(alice, exchange)
    assert exchange.opened == []


def test_only_operators_set_an_address(alice, exchange):
    with pytest.raises(CustomEndpoint):
        made(alice, exchange, base_url="https://venue.example.com")

    operator = member("operator@acme.example", is_staff=True)
    made(operator, exchange, base_url="https://venue.example.com/")
    assert exchange.opened[-1][0] == "https://venue.example.com"


@pytest.mark.parametrize(
    "address",
    [
        "http://venue.example.com",
        "ftp://venue.example.com",
        "venue.example.com",
        "https://",
        "https://user:word@venue.example.com",
        "https://venue.example.com?key=1",
        "https://venue.example.com:port",
        "javascript:alert(1)",
    ],
)
def test_an_address_that_is_none_is_refused(acme, exchange, address):
    with pytest.raises(BadConnection):
        made(member("operator@acme.example", is_staff=True), exchange, base_url=address)


def test_activating_hands_it_to_the_trader(alice, exchange):
    connection = made(alice, exchange)
    assert active_connections() == []

    activate(connection=connection, actor=alice)
    activate(connection=connection, actor=alice)

    assert active_connections() == [connection]
    assert active_connections()[0].takes_entries
    assert recorded() == ["connection.created", "connection.activated"]


def test_the_same_key_is_never_served_twice(alice, exchange):
    first = activate(connection=made(alice, exchange), actor=alice)
    with pytest.raises(KeyInUse):
        made(alice, exchange, label="Twin")

    twin = given_connection(alice, label="Twin", status=Status.TESTED)
    with pytest.raises(KeyInUse):
        activate(connection=twin, actor=alice)
    delete(connection=first, actor=alice)
    assert activate(connection=twin, actor=alice).status == Status.ACTIVE


def test_switched_off_it_takes_no_entries_and_its_exits_go_on(alice, exchange):
    connection = activate(connection=made(alice, exchange), actor=alice)
    deactivate(connection=connection, actor=alice)
    deactivate(connection=connection, actor=alice)

    [served] = active_connections()
    assert (served.status, served.takes_entries) == (Status.INACTIVE, False)
    assert activate(connection=served, actor=alice).takes_entries
    assert recorded()[2:] == ["connection.deactivated", "connection.activated"]


def test_what_was_never_on_cannot_be_switched_off(alice, exchange):
    with pytest.raises(NotTested):
        deactivate(connection=made(alice, exchange), actor=alice)


def test_renaming_is_recorded_and_refuses_a_taken_label(alice, exchange):
    connection = made(alice, exchange)
    made(alice, exchange, keys=credentials("other", "other"), label="Other")

    assert rename(connection=connection, label="  My   account ", actor=alice).label == "My account"
    rename(connection=connection, label="My account", actor=alice)
    with pytest.raises(LabelTaken):
        rename(connection=connection, label="Other", actor=alice)
    assert recorded().count("connection.renamed") == 1


def test_a_new_key_is_tested_before_the_old_one_goes(alice, exchange, trader):
    connection = activate(connection=made(alice, exchange), actor=alice)
    new = credentials("new-key-of-alice", "new-secret-of-alice")

    with pytest.raises(KeyRefused):
        rotate(connection=connection, credentials=new, actor=alice)
    assert open_credentials(connection) == credentials()

    after = rotate(connection=connection, credentials=exchange.knows(new), actor=alice)
    assert open_credentials(after) == new
    assert (after.status, after.secrets_version, SealedSecret.objects.count()) == (Status.ACTIVE, 2, 2)
    assert recorded()[-1] == "connection.rotated" and told()[-1] == "rotated"


def test_a_new_key_that_another_connection_uses_is_refused(alice, exchange):
    new = credentials("shared-key", "shared-secret")
    activate(connection=made(alice, exchange, keys=new, label="Other"), actor=alice)
    connection = activate(connection=made(alice, exchange), actor=alice)

    with pytest.raises(KeyInUse):
        rotate(connection=connection, credentials=new, actor=alice)


def test_deleting_destroys_the_key_and_keeps_the_row(alice, exchange):
    connection = activate(connection=made(alice, exchange), actor=alice)
    delete(connection=connection, actor=alice)
    delete(connection=connection, actor=alice)

    kept = Connection.objects.get()
    assert (kept.status, kept.key_fingerprint, kept.served_since) == (Status.DELETED, "", None)
    assert not SealedSecret.objects.exists()
    assert active_connections() == [] and not connections_for(alice).exists()
    assert recorded().count("connection.deleted") == 1


@pytest.mark.parametrize("act", [activate, deactivate, lambda **who: rename(label="x", **who)])
def test_a_deleted_connection_is_not_there(alice, exchange, act):
    connection = made(alice, exchange)
    delete(connection=connection, actor=alice)

    with pytest.raises(UnknownConnection):
        act(connection=connection, actor=alice)
    with pytest.raises(UnknownConnection):
        access_connection(alice, connection.public_id)


def test_somebody_elses_connection_is_not_there(alice, exchange):
    connection = made(alice, exchange)

    with pytest.raises(UnknownConnection):
        access_connection(member("eve@acme.example", role="admin"), connection.public_id)


def test_no_record_and_no_event_holds_the_key(alice, exchange):
    connection = activate(connection=made(alice, exchange), actor=alice)
    rotate(connection=connection, credentials=exchange.knows(credentials("n" * 20, "o" * 20)), actor=alice)
    delete(connection=connection, actor=alice)

    kept = f"{list(AuditRecord.objects.values())} {list(OutboxEvent.objects.values())}"
    for secret in (API_KEY, SECRET, "n" * 20, "o" * 20):
        assert secret not in kept
