"""Closing, opening and destroying a connection's secrets. `open_credentials` is the one function that decrypts."""

from __future__ import annotations

from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.secret import Secret
from trading.connections.custody import key_in_force, opened_key, require_opening
from trading.connections.errors import NoCredentials, PaperHasNoVenue
from trading.connections.models import Connection, SealedSecret
from trading.connections.sealing import Place, Sealed, fingerprint, seal, unseal
from trading.connections.types import Credentials, KeyPurpose, Kind, SecretField


def open_credentials(connection: Connection) -> Credentials:
    """The connection's key in the clear, for the client that signs its orders; keep it nowhere else.

    Only in the trader's process: elsewhere raises SecretsStayClosed. Raises PaperHasNoVenue, NoCredentials,
    MasterKeyMissing, or SealBroken where a row is not what was sealed for this tenant, connection, field and version.
    One statement reads all of it, so that a rotation beside it is seen as a whole or not at all.
    """
    require_opening()
    if connection.kind == Kind.PAPER:
        raise PaperHasNoVenue(connection=str(connection.public_id))
    rows = SealedSecret.objects.filter(connection_id=connection.pk).select_related("key", "connection")
    parts = {SecretField(row.field): _opened(row, connection) for row in rows}
    if not {SecretField.API_KEY, SecretField.SECRET} <= parts.keys():
        raise NoCredentials(connection=str(connection.public_id))
    return Credentials(parts[SecretField.API_KEY], parts[SecretField.SECRET], parts.get(SecretField.PASSPHRASE))


def keep_credentials(connection: Connection, credentials: Credentials) -> None:
    """Seal `credentials` as the connection's next version and destroy the one before. The caller saves the connection,
    whose `secrets_version` and `key_fingerprint` are set here, in the same transaction.
    """
    key_row, key = key_in_force(KeyPurpose.SECRETS)
    version = connection.secrets_version + 1
    SealedSecret.objects.filter(connection_id=connection.pk).delete()
    for field, secret in credentials.parts():
        sealed = seal(secret, key=key, place=_place(connection, field, version))
        SealedSecret.objects.create(
            connection=connection,
            field=field,
            version=version,
            key=key_row,
            nonce=sealed.nonce,
            ciphertext=sealed.ciphertext,
        )
    connection.secrets_version = version
    connection.key_fingerprint = fingerprint_of(venue=connection.venue, api_key=credentials.api_key)


def destroy_credentials(connection: Connection) -> None:
    """Delete every sealed part. The version stays, so that none of them opens if it is put back later."""
    SealedSecret.objects.filter(connection_id=connection.pk).delete()
    connection.secrets_version += 1 if connection.kind != Kind.PAPER else 0
    connection.key_fingerprint = ""


def fingerprint_of(*, venue: str, api_key: Secret) -> str:
    """What tells this API key from others at `venue`, inside the active tenant."""
    _row, key = key_in_force(KeyPurpose.FINGERPRINTS)
    return fingerprint(api_key, key=key, scope=venue)


def _opened(row: SealedSecret, connection: Connection) -> Secret:
    # what is expected comes from the connection, never from the sealed row itself
    place = _place(connection, SecretField(row.field), row.connection.secrets_version)
    return unseal(Sealed(bytes(row.nonce), bytes(row.ciphertext)), key=opened_key(row.key), place=place)


def _place(connection: Connection, field: SecretField, version: int) -> Place:
    return Place(current_tenant().id, connection.public_id, field, version)
