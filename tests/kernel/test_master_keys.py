"""Master keys, wherever they live: one contract for all sources, and what the settings name is what is used."""

import base64
import os

import pytest
from django.core.exceptions import ImproperlyConfigured
from pydantic import SecretStr

from cryptouniverse.kernel.errors import MasterKeyMissing, SealBroken
from cryptouniverse.kernel.master_keys import (
    FileMasterKeys,
    LocalMasterKeys,
    SeveralMasterKeys,
    master_keys,
    parse_key,
)
from cryptouniverse.kernel.sealing import Wrapped
from cryptouniverse.kernel.secret import Secret


def fresh() -> str:
    return base64.b64encode(os.urandom(32)).decode()


def written(path, *keys, mode=0o600):
    path.write_text("# newest first\n" + "\n".join(keys) + "\n")
    path.chmod(mode)
    return path


def local(tmp_path):
    return LocalMasterKeys([Secret(fresh()), Secret(fresh())])


def file(tmp_path):
    return FileMasterKeys(written(tmp_path / "master", fresh(), fresh()))


def several(tmp_path):
    return SeveralMasterKeys([file(tmp_path), local(tmp_path)])


class OutsideKeys:
    """A key service: it names its keys in its own way and never gives one away."""

    current = "projects/cu/keys/7"

    def __init__(self):
        self._inside = LocalMasterKeys([Secret(KMS_KEY)])

    def wrap(self, plain, *, context):
        return Wrapped(self.current, self._inside.wrap(plain, context=context).body)

    def unwrap(self, wrapped, *, context):
        if wrapped.master_id != self.current:
            raise MasterKeyMissing(master_id=wrapped.master_id)
        return self._inside.unwrap(Wrapped(self._inside.current, wrapped.body), context=context)


KMS_KEY = fresh()


def outside(tmp_path):
    return OutsideKeys()


@pytest.fixture(params=[local, file, several, outside], ids=lambda make: make.__name__)
def keys(request, tmp_path):
    return request.param(tmp_path)


def test_what_is_wrapped_is_unwrapped_in_its_context(keys):
    wrapped = keys.wrap(b"d" * 32, context=b"acme")

    assert wrapped.master_id == keys.current
    assert 0 < len(wrapped.master_id) <= 80
    assert keys.unwrap(wrapped, context=b"acme") == b"d" * 32
    assert b"d" * 8 not in wrapped.body


def test_another_context_is_refused(keys):
    wrapped = keys.wrap(b"d" * 32, context=b"acme")

    with pytest.raises(SealBroken):
        keys.unwrap(wrapped, context=b"bolt")


def test_a_changed_body_is_refused(keys):
    wrapped = keys.wrap(b"d" * 32, context=b"acme")

    with pytest.raises(SealBroken):
        keys.unwrap(Wrapped(wrapped.master_id, wrapped.body[:-1] + bytes([wrapped.body[-1] ^ 1])), context=b"acme")


def test_an_unknown_master_key_is_named(keys):
    wrapped = keys.wrap(b"d" * 32, context=b"acme")

    with pytest.raises(MasterKeyMissing) as refusal:
        keys.unwrap(Wrapped("0000", wrapped.body), context=b"acme")
    assert refusal.value.facts == {"master_id": "0000"}


def test_an_older_key_opens_and_does_not_wrap():
    old, new = Secret(fresh()), Secret(fresh())
    wrapped = LocalMasterKeys([old]).wrap(b"d" * 32, context=b"")

    both = LocalMasterKeys([new, old])

    assert both.unwrap(wrapped, context=b"") == b"d" * 32
    assert both.wrap(b"d", context=b"").master_id == LocalMasterKeys([new]).current != wrapped.master_id


def test_a_file_is_read_again_when_it_changes(tmp_path):
    first, second = fresh(), fresh()
    keys = FileMasterKeys(written(tmp_path / "master", first))
    wrapped = keys.wrap(b"d" * 32, context=b"")

    written(tmp_path / "new", second, first).replace(tmp_path / "master")

    assert keys.current == LocalMasterKeys([Secret(second)]).current
    assert keys.unwrap(wrapped, context=b"") == b"d" * 32


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_file_that_others_may_read_is_refused(tmp_path, mode):
    with pytest.raises(ImproperlyConfigured, match="chmod 600"):
        FileMasterKeys(written(tmp_path / "master", fresh(), mode=mode))


@pytest.mark.parametrize("text", ["", "short", "=", "é" * 44, base64.b64encode(b"x" * 31).decode()])
def test_what_is_no_key_is_refused_and_not_shown(tmp_path, text):
    for make in (
        lambda: parse_key(Secret(text or " "), name="CU_MASTER_KEY"),
        lambda: FileMasterKeys(written(tmp_path / "master", text)),
    ):
        with pytest.raises(ImproperlyConfigured, match="CU_MASTER_KEY") as refusal:
            make()
        assert len(text) < 5 or text not in str(refusal.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ImproperlyConfigured, match="CU_MASTER_KEY_FILE"):
        FileMasterKeys(tmp_path / "nowhere")


def test_both_alphabets_of_base64_are_one_key():
    raw = b"\xfb\xff" * 16
    standard, safe = base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode()

    assert standard != safe
    assert parse_key(Secret(standard), name="X") == parse_key(Secret(safe), name="X")


def with_keys(settings, **named):
    empty = {"cu_master_key": None, "cu_master_key_old": None, "cu_master_key_file": "", "cu_master_key_kms": ""}
    secret = {name: SecretStr(value) for name, value in named.items() if name in ("cu_master_key", "cu_master_key_old")}
    settings.CU = settings.CU.model_copy(update={**empty, **named, **secret})
    return master_keys()


def test_the_old_key_of_the_environment_opens(settings):
    old, new = fresh(), fresh()
    wrapped = with_keys(settings, cu_master_key=old).wrap(b"d" * 32, context=b"")

    after = with_keys(settings, cu_master_key=new, cu_master_key_old=f"{fresh()},{old}")

    assert after.unwrap(wrapped, context=b"") == b"d" * 32
    assert after.wrap(b"d", context=b"").master_id != wrapped.master_id


def test_a_file_goes_before_the_environment_whose_key_still_opens(settings, tmp_path):
    kept, filed = fresh(), fresh()
    wrapped = with_keys(settings, cu_master_key=kept).wrap(b"d" * 32, context=b"")

    both = with_keys(settings, cu_master_key=kept, cu_master_key_file=str(written(tmp_path / "master", filed)))

    assert both.current == LocalMasterKeys([Secret(filed)]).current
    assert both.unwrap(wrapped, context=b"") == b"d" * 32


def test_a_key_service_goes_before_all_others(settings):
    keys = with_keys(settings, cu_master_key=fresh(), cu_master_key_kms=f"{__name__}.OutsideKeys")

    assert keys.current == OutsideKeys.current


def test_without_any_key_nothing_is_wrapped(settings):
    with pytest.raises(MasterKeyMissing):
        with_keys(settings)
