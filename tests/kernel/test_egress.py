"""The way out leads to public addresses only: thousands of tricks, and not one connection that was not checked."""

import socket
import threading
from contextlib import contextmanager
from datetime import UTC, datetime

import httpx
import pytest

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.egress import Limits, PublicTransport, Reason, parse_target, post
from cryptouniverse.kernel.egress.addresses import is_public
from cryptouniverse.kernel.egress.errors import BadAddress, NoUsableAnswer
from cryptouniverse.kernel.egress.sending import retry_after_of
from tests.kernel.url_tricks import INSIDE_V4, PUBLIC, Network, embedded, tricks

URL = "https://good.example/hook"
PLAIN = "http://good.example:8080/hook"
OK = b"HTTP/1.1 204 No Content\r\n\r\n"


def send(network, url=URL, **more):
    return post(url, body=b"{}", headers={}, resolve=network.resolve, dial=network.dial, **more)


def refused(network, url=URL, **more):
    with pytest.raises((BadAddress, NoUsableAnswer)) as refusal:
        send(network, url, **more)
    return refusal.value.facts.get("reason", Reason.BAD_ADDRESS)


def test_none_of_5000_tricks_connects():
    network = Network({"good.example": [[PUBLIC]]}, said=OK)
    urls = tricks(5_000)

    reasons = {url: refused(network, url) for url in urls}

    assert len(set(urls)) == 5_000
    assert network.dialled == []
    assert {*reasons.values()} == {Reason.BAD_ADDRESS, Reason.NOT_PUBLIC}
    assert len(network.asked) > 700


def test_a_client_that_tidies_addresses_up_first_gets_nowhere_else_either():
    network = Network({"good.example": [[PUBLIC]]}, said=OK)
    transport = PublicTransport(resolve=network.resolve, dial=network.dial)
    with httpx.Client(transport=transport, trust_env=False, follow_redirects=True) as client:
        for url in tricks(5_000)[::5]:
            with pytest.raises((BadAddress, NoUsableAnswer, httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError)):
                client.get(url)
    assert {address for address, _port in network.dialled} <= {PUBLIC}


def test_a_public_name_is_dialled_at_the_address_that_was_checked():
    network = Network({"good.example": [[PUBLIC]]})

    assert refused(network) == Reason.TLS  # nobody speaks TLS there
    assert (network.asked, network.dialled) == (["good.example"], [(PUBLIC, 443)])


def test_a_name_that_changes_its_answer_is_asked_once():
    network = Network({"good.example": [[PUBLIC], ["127.0.0.1"]]})

    refused(network)
    assert (network.asked, network.dialled) == (["good.example"], [(PUBLIC, 443)])
    assert refused(network) == Reason.NOT_PUBLIC
    assert network.dialled == [(PUBLIC, 443)]


@pytest.mark.parametrize("inside", ["127.0.0.1", "::1", "::ffff:10.0.0.1", "169.254.169.254"])
@pytest.mark.parametrize("first", [True, False])
def test_one_address_inside_among_public_ones_closes_the_name(inside, first):
    network = Network({"good.example": [[inside, PUBLIC] if first else [PUBLIC, inside]]})

    assert refused(network) == Reason.NOT_PUBLIC
    assert network.dialled == []


def test_a_redirect_is_an_answer_and_not_a_way():
    said = b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"
    with plain_server(said) as (port, heard):
        answer = post(f"http://127.0.0.1:{port}/", body=b"{}", headers={}, allowed=[f"127.0.0.1:{port}"])
    assert answer.status == 302
    assert len(heard) == 1


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("Sun, 01 Mar 2026 12:01:30 GMT", 90),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0),
        ("", 0),
        ("1.5", 0),
        ("-5", 0),
        ("tomorrow", 0),
        ("Sun, 01 Mar 99999999999999999999 12:00:00 GMT", 0),
        ("Sun, 01 Mar 0000 12:00:00 +9999", 0),
        ("٣", 0),
        ("9" * 10, 0),
    ],
)
def test_when_to_come_again_is_read_however_it_is_written(said, seconds):
    with clock.at(datetime(2026, 3, 1, 12, tzinfo=UTC)):
        assert retry_after_of(said) == seconds


def test_the_environments_proxy_is_not_asked(monkeypatch):
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    with plain_server(OK) as (port, heard):
        post(f"http://127.0.0.1:{port}/", body=b"{}", headers={"x": "y"}, allowed=[f"127.0.0.1:{port}"])
    assert b"host: 127.0.0.1:%d\r\n" % port in heard[0].lower()


@pytest.mark.parametrize("address", [*INSIDE_V4, *embedded(), "", "good.example", "93.184.216.34 ", "1", "fe80::1%lo"])
def test_what_is_not_public_is_not(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", [PUBLIC, "1.1.1.1", "2606:4700:4700::1111", "2a00:1450:4001:81b::200e"])
def test_what_is_public_is(address):
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "written"),
    [
        ("https://good.example", "https://good.example/"),
        ("https://GOOD.Example:443/A?b=c", "https://good.example/A?b=c"),
        ("https://good.example?b", "https://good.example/?b"),
    ],
)
def test_an_address_is_written_in_one_way(url, written):
    assert parse_target(url).url == written


def test_only_what_the_settings_name_may_be_inside():
    assert parse_target("http://127.0.0.1:9000/x", allowed=["127.0.0.1:9000"]).allowed
    for url in ("http://127.0.0.1:9001/", "http://127.0.0.1/", "http://0x7f000001:9000/", "http://127.0.0.1:9000@a/"):
        with pytest.raises(BadAddress):
            parse_target(url, allowed=["127.0.0.1:9000"])


@pytest.mark.parametrize(
    "head", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"]
)
def test_an_answer_that_drips_ends_with_the_time(head):
    with plain_server(head, drip=True) as (port, _heard):
        reason = refused_by(port, limits=Limits(total_s=0.3))
    assert reason == Reason.TIMEOUT


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 103 Hint\r\n\r\n" * 99]
)
def test_an_answer_without_end_is_left(head):
    with plain_server(head + b"x" * 50_000) as (port, _heard):
        reason = refused_by(port, limits=Limits(received_bytes=1_000))
    assert reason == Reason.TOO_LARGE


@pytest.mark.parametrize("said", [b"", b"what?\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort"])
def test_what_is_no_answer_is_said_to_be_none(said):
    with plain_server(said) as (port, _heard):
        assert refused_by(port) == Reason.PROTOCOL


def test_nobody_there_is_said():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert refused_by(port) == Reason.UNREACHABLE


def refused_by(port, **more):
    with pytest.raises(NoUsableAnswer) as refusal:
        post(f"http://127.0.0.1:{port}/", body=b"{}", headers={}, allowed=[f"127.0.0.1:{port}"], **more)
    return refusal.value.facts["reason"]


@contextmanager
def plain_server(said, *, drip=False):
    """A server for one connection: says `said` whatever it is asked, then a byte now and then, or nothing more."""
    heard, over = [], threading.Event()

    def serve(server):
        try:
            connected, _ = server.accept()
        except OSError:
            return
        with connected:
            heard.append(connected.recv(65_536))
            try:
                connected.sendall(said)
                while drip and not over.wait(0.02):
                    connected.sendall(b"x" if said.startswith(b"HTTP/1.1 2") else b"")
            except OSError:
                pass

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, args=(server,), daemon=True)
        thread.start()
        yield server.getsockname()[1], heard
        over.set()
        server.close()
        thread.join(5)
