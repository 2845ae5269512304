"""The client's address: what our proxies wrote counts, and nothing that a caller can write."""

import pytest

from cryptouniverse.kernel.addresses import address_of, cleaned, settle_address, subscriber_of

PEER = "10.0.0.1"
FORGED = "203.0.113.66"


@pytest.mark.parametrize("forwarded", [FORGED, f"{FORGED}, {FORGED}", f"{FORGED},", "", ",,,", "unknown"])
def test_without_trusted_proxies_the_header_is_never_read(forwarded):
    assert address_of(peer=PEER, forwarded=forwarded, proxies=0) == PEER


@pytest.mark.parametrize(
    ("forwarded", "proxies", "client"),
    [
        ("198.51.100.7", 1, "198.51.100.7"),
        (f"{FORGED}, 198.51.100.7", 1, "198.51.100.7"),
        (f"{FORGED}, {FORGED}, 198.51.100.7, 10.0.0.9", 2, "198.51.100.7"),
        (f"{FORGED},198.51.100.7,10.0.0.9", 2, "198.51.100.7"),
        ("2001:db8::7", 1, "2001:db8::7"),
        ("[2001:db8::7]:4711", 1, "2001:db8::7"),
        ("198.51.100.7:4711", 1, "198.51.100.7"),
        ("::ffff:198.51.100.7", 1, "198.51.100.7"),
    ],
)
def test_each_trusted_proxy_counts_one_entry_from_the_right(forwarded, proxies, client):
    assert address_of(peer=PEER, forwarded=forwarded, proxies=proxies) == client


@pytest.mark.parametrize("forwarded", ["", FORGED, "unknown, 10.0.0.9", "<script>, 10.0.0.9", " , 10.0.0.9"])
def test_a_header_that_did_not_pass_all_proxies_names_nobody(forwarded):
    assert address_of(peer=PEER, forwarded=forwarded, proxies=2) == PEER


@pytest.mark.parametrize(("text", "address"), [("", None), ("x", None), ("fe80::1%eth0", "fe80::1"), ("1.2.3", None)])
def test_what_is_no_address_is_none(text, address):
    assert cleaned(text) == address


def test_a_subscriber_of_ipv6_is_one_caller_with_all_their_addresses():
    assert subscriber_of("2001:db8:1:2::3") == subscriber_of("2001:db8:1:2:ffff::4") == "2001:db8:1:2::/64"
    assert subscriber_of("2001:db8:1:3::3") != subscriber_of("2001:db8:1:2::3")
    assert subscriber_of("198.51.100.7") == "198.51.100.7"


def test_behind_the_door_the_header_is_gone_and_the_address_is_the_clients(settings):
    settings.CU = settings.CU.model_copy(update={"cu_trusted_proxies": 1})
    meta = {"REMOTE_ADDR": PEER, "HTTP_X_FORWARDED_FOR": f"{FORGED}, 198.51.100.7"}

    settle_address(meta)

    assert meta == {"REMOTE_ADDR": "198.51.100.7"}
