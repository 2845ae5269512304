"""Keys are rotated while everything goes on: no read fails, no secret is lost, and any step may be the last one."""

import base64
import os
import threading
from itertools import count

import pytest
from django.core.management import CommandError, call_command
from django.db import connection as database
from django.db import transaction
from pydantic import SecretStr

from cryptouniverse.kernel.errors import MasterKeyMissing
from cryptouniverse.kernel.master_keys import master_keys
from cryptouniverse.kernel.tenancy import in_tenant
from tests.people import member
from tests.trading.connections_cast import credentials, given_connection
from trading.connections.errors import SecretsStayClosed
from trading.connections.models import SealedSecret, TenantKey
from trading.connections.services import open_credentials, opening, reseal_secrets, rewrap_keys, rotating
from trading.connections.services.keeping import keep_credentials


def use_master(settings, *, keep_old: bool = True) -> str:
    """A new master key in the settings; the one before still opens, if it is kept."""
    fresh = base64.b64encode(os.urandom(32)).decode()
    old = settings.CU.cu_master_key if keep_old else None
    settings.CU = settings.CU.model_copy(update={"cu_master_key": SecretStr(fresh), "cu_master_key_old": old})
    return master_keys().current


def several(owner, number):
    return [
        given_connection(owner, label=f"Account {n}", keys=credentials(f"key-{n}-of-many", f"secret-{n}-of-many"))
        for n in range(number)
    ]


def opened(connections):
    return [open_credentials(connection) for connection in connections]


def test_a_master_key_is_rotated_and_the_old_one_can_go(alice, settings, trader):
    connections = several(alice, 3)
    before = opened(connections)
    current = use_master(settings)
    assert opened(connections) == before

    assert rewrap_keys() == 2
    assert rewrap_keys() == 0

    settings.CU = settings.CU.model_copy(update={"cu_master_key_old": None})
    assert opened(connections) == before
    assert set(TenantKey.objects.values_list("master_id", flat=True)) == {current}


def test_without_the_old_master_key_nothing_opens_and_nothing_is_lost(alice, settings, trader):
    [connection] = several(alice, 1)
    first = settings.CU
    use_master(settings, keep_old=False)

    for attempt in (rewrap_keys, lambda: open_credentials(connection)):
        with pytest.raises(MasterKeyMissing):
            attempt()

    settings.CU = first
    assert open_credentials(connection)


def test_a_data_key_is_rotated_and_the_old_one_is_dropped(alice, trader):
    connections = several(alice, 3)
    before, rows = opened(connections), set(SealedSecret.objects.values_list("ciphertext"))
    old = TenantKey.objects.get(purpose="secrets")

    done = reseal_secrets(batch=2)

    assert (done.sealed, done.broken) == (6, 0)
    assert opened(connections) == before
    assert not rows & set(SealedSecret.objects.values_list("ciphertext"))
    assert TenantKey.objects.get(purpose="secrets").pk != old.pk


def test_a_stolen_copy_of_the_rows_before_is_worth_nothing_after(alice, trader):
    several(alice, 1)
    thief = list(SealedSecret.objects.all())
    reseal_secrets()

    assert not TenantKey.objects.filter(pk__in=[row.key_id for row in thief]).exists()


def test_an_interrupted_rotation_goes_on_where_it_ended(alice, trader):
    connections = several(alice, 5)
    before = opened(connections)
    rotating._retire()
    rotating._reseal_some(after=0, batch=3)
    assert opened(connections) == before  # half under the old key, half under the new

    assert reseal_secrets().sealed == 7
    assert opened(connections) == before
    assert TenantKey.objects.filter(purpose="secrets").count() == 1


def test_a_row_that_does_not_open_is_left_and_counted_and_keeps_its_key(alice, trader):
    connections = several(alice, 2)
    SealedSecret.objects.filter(connection=connections[0], field="secret").update(ciphertext=b"broken")

    done = reseal_secrets(batch=1)

    assert (done.sealed, done.broken) == (3, 1)
    assert TenantKey.objects.filter(retired_at__isnull=False).count() == 1
    assert open_credentials(connections[1])


def test_secrets_are_sealed_anew_only_where_they_may_be_opened(alice):
    several(alice, 1)
    with pytest.raises(SecretsStayClosed):
        reseal_secrets()


def test_a_tenant_without_secrets_has_nothing_to_rotate(acme, trader):
    assert rewrap_keys() == 0
    assert reseal_secrets().sealed == 0


def test_the_command_rotates_every_tenant(acme_ctx, bolt_ctx, settings, capsys):
    for tenant in (acme_ctx, bolt_ctx):
        with in_tenant(tenant):
            several(member(f"owner@{tenant.slug}.example"), 1)
    use_master(settings)

    call_command("rotate_keys")

    said = capsys.readouterr().out
    for slug in ("acme", "bolt"):
        assert f"{slug}: 2 keys wrapped anew, 2 secrets sealed anew" in said
    assert "the old one can be thrown away" in said


def test_the_command_says_what_is_not_finished(acme_ctx, settings, capsys):
    with in_tenant(acme_ctx):
        several(member("owner@acme.example"), 1)
    use_master(settings, keep_old=False)

    with pytest.raises(CommandError, match="acme"):
        call_command("rotate_keys", master=True, tenant="acme")
    with pytest.raises(CommandError, match="no tenant called nobody"):
        call_command("rotate_keys", tenant="nobody")
    assert "thrown away" not in capsys.readouterr().out


class Reader(threading.Thread):
    """Opens one connection after the other, on a database connection of its own, until told to end."""

    def __init__(self, tenant, connections, expected, enough):
        super().__init__()
        self.tenant, self.connections, self.expected, self.enough = tenant, connections, expected, enough
        self.reads, self.failures, self.over = 0, [], threading.Event()

    def run(self):
        try:
            with in_tenant(self.tenant):
                for number in count():
                    if self.over.is_set():
                        return
                    self.read(number % len(self.connections))
        finally:
            database.close()

    def read(self, number):
        try:
            found = open_credentials(self.connections[number])
            if found.secret not in self.expected(number):
                self.failures.append(f"{number} opened as something else")
        except Exception as error:  # noqa: BLE001  # whatever it is, it is a read that failed
            self.failures.append(repr(error))
        self.reads += 1
        self.enough.set() if self.reads > 20 else None


def test_no_read_fails_while_all_keys_are_rotated(fresh_tenant, settings):
    """Four readers, one writer that replaces keys, and three rotations of each kind at once."""
    owner = member("owner@fresh.example")
    connections = several(owner, 8)
    kept = [{credentials(secret=f"secret-{n}-of-many").secret.reveal()} for n in range(8)]
    enough = threading.Event()

    def expected(number):
        return [credentials(secret=text).secret for text in sorted(kept[number])]

    with opening():
        readers = [Reader(fresh_tenant, connections, expected, enough) for _ in range(4)]
        for reader in readers:
            reader.start()
        assert enough.wait(30)
        for turn in range(3):
            use_master(settings)
            assert rewrap_keys() == 2
            done = reseal_secrets(batch=3)
            assert (done.sealed, done.broken) == (16, 0)
            new = f"secret-{turn}-replaced-{turn}"
            kept[turn].add(new)
            with transaction.atomic():
                row = type(connections[turn]).objects.select_for_update().get(pk=connections[turn].pk)
                keep_credentials(row, credentials(f"key-{turn}-again", new))
                row.save()
        for reader in readers:
            reader.over.set()
        for reader in readers:
            reader.join(30)

    assert [reader.failures for reader in readers] == [[]] * 4
    assert sum(reader.reads for reader in readers) > 100
