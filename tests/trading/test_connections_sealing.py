"""What was sealed opens in its own place and nowhere else."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cryptouniverse.kernel.errors import SealBroken
from cryptouniverse.kernel.secret import Secret
from trading.connections.sealing import (
    DataKey,
    Place,
    Sealed,
    bound,
    fingerprint,
    seal,
    unseal,
    unwrap,
    wrap,
)
from trading.connections.types import SecretField

KEY = DataKey.fresh()
PLACE = Place(UUID(int=1), UUID(int=2), SecretField.SECRET, 3)
SECRET = Secret("s3cret-of-an-exchange")


@given(st.text(min_size=1, max_size=200))
def test_it_opens_as_it_was(text):
    assert unseal(seal(Secret(text), key=KEY, place=PLACE), key=KEY, place=PLACE) == Secret(text)


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"tenant": UUID(int=2)},
        {"connection": UUID(int=1)},
        {"field": SecretField.API_KEY},
        {"version": 2},
        {"version": 4},
    ],
    ids=str,
)
def test_elsewhere_it_does_not_open(elsewhere):
    sealed = seal(SECRET, key=KEY, place=PLACE)

    with pytest.raises(SealBroken):
        unseal(sealed, key=KEY, place=replace(PLACE, **elsewhere))


def test_another_key_does_not_open_it():
    with pytest.raises(SealBroken):
        unseal(seal(SECRET, key=KEY, place=PLACE), key=DataKey.fresh(), place=PLACE)


def test_a_changed_bit_anywhere_is_noticed():
    sealed = seal(SECRET, key=KEY, place=PLACE)
    whole = sealed.nonce + sealed.ciphertext
    for number in range(len(whole) * 8):
        broken = bytearray(whole)
        broken[number // 8] ^= 1 << number % 8
        with pytest.raises(SealBroken):
            unseal(Sealed(bytes(broken[:12]), bytes(broken[12:])), key=KEY, place=PLACE)


@pytest.mark.parametrize("cut", [0, 1, 12, 15])
def test_what_is_too_short_does_not_open(cut):
    sealed = seal(SECRET, key=KEY, place=PLACE)

    with pytest.raises(SealBroken):
        unseal(Sealed(sealed.nonce, sealed.ciphertext[:cut]), key=KEY, place=PLACE)
    with pytest.raises(SealBroken):
        unseal(Sealed(sealed.nonce[:cut], sealed.ciphertext[:cut]), key=KEY, place=PLACE)


def test_the_same_secret_never_looks_the_same():
    seen = {seal(SECRET, key=KEY, place=PLACE).ciphertext for _ in range(50)}
    assert len(seen) == 50
    assert not any(SECRET.reveal().encode() in ciphertext for ciphertext in seen)


def test_a_refusal_names_neither_the_secret_nor_the_key():
    with pytest.raises(SealBroken) as refusal:
        unseal(seal(SECRET, key=DataKey.fresh(), place=PLACE), key=KEY, place=PLACE)

    said = f"{refusal.value} {refusal.value.facts} {refusal.value.__cause__} {KEY!r}"
    assert SECRET.reveal() not in said
    assert KEY.key.reveal() not in said


def test_a_data_key_has_256_bits():
    assert len(DataKey.fresh().raw()) == 32
    for wrong in (b"", b"x" * 16, b"x" * 31, b"x" * 33):
        with pytest.raises(SealBroken):
            DataKey.of(wrong)


def test_a_wrapped_key_opens_in_its_own_context_alone():
    body = wrap(b"k" * 32, key=KEY.raw(), context=b"acme")

    assert unwrap(body, key=KEY.raw(), context=b"acme") == b"k" * 32
    for key, context in ((KEY.raw(), b"bolt"), (b"o" * 32, b"acme")):
        with pytest.raises(SealBroken):
            unwrap(body, key=key, context=context)


def test_a_fingerprint_is_the_same_for_the_same_key_at_the_same_venue_only():
    mine = fingerprint(SECRET, key=KEY, scope="binance")

    assert mine == fingerprint(Secret(SECRET.reveal()), key=KEY, scope="binance")
    assert (
        len({mine, fingerprint(SECRET, key=KEY, scope="kraken"), fingerprint(Secret("x"), key=KEY, scope="binance")})
        == 3
    )
    assert mine != fingerprint(SECRET, key=DataKey.fresh(), scope="binance")


def test_no_two_lists_of_names_are_bound_alike():
    assert bound("ab", "c") != bound("a", "bc") != bound("abc") != bound("ab", "c", "")
