"""Passkeys (WebAuthn): what the browser is asked to make or to sign, and whether its answer holds.

A passkey belongs to the host it was made at: another tenant's, or a look-alike, gets nothing out of it. Each challenge
is a one-time code's row.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.db import transaction
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from accounts.security.errors import PasskeyRefused, TooManyFactors
from accounts.security.models import OneTimeCode, Passkey
from accounts.security.services.codes import challenge_of, issue, use_challenge
from accounts.security.types import CHALLENGE_LASTS, PASSKEYS_MAX, Purpose
from cryptouniverse.kernel import clock
from tenants.audit import services as audit

if TYPE_CHECKING:
    from accounts.users.models import User

NAME_MAX = 64
ANSWER_SIZE_MAX = 20_000


def options_to_add(*, user: User, host: str) -> tuple[str, dict[str, Any]]:
    """The challenge's id, and what `navigator.credentials.create` is given. host: "https://acme.example"."""
    row = _challenge(Purpose.PASSKEY_ADD, user)
    options = generate_registration_options(
        rp_id=_rp_id(host),
        rp_name=_rp_id(host),
        user_name=user.email,
        user_id=user.public_id.bytes,
        user_display_name=user.get_full_name(),
        challenge=challenge_of(row),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED
        ),
        exclude_credentials=_known(user),
    )
    return str(row.public_id), json.loads(options_to_json(options))


def add(*, user: User, public_id: str, answer: str, name: str, host: str) -> Passkey:
    """Keep the passkey that the browser made. Raises PasskeyRefused, TooManyFactors."""
    row = use_challenge(purpose=Purpose.PASSKEY_ADD, public_id=public_id, user=user)
    if row is None:
        raise PasskeyRefused
    try:
        sent = _read(answer)
        made = verify_registration_response(
            credential=sent, expected_challenge=challenge_of(row), expected_rp_id=_rp_id(host), expected_origin=host
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise PasskeyRefused from error
    with transaction.atomic():
        if Passkey.objects.select_for_update().filter(user=user).count() >= PASSKEYS_MAX:
            raise TooManyFactors
        kept: Passkey
        kept, is_new = Passkey.objects.get_or_create(
            credential_id=made.credential_id,
            defaults={
                "user": user,
                "name": name.strip()[:NAME_MAX] or "Passkey",
                "public_key": made.credential_public_key,
                "sign_count": made.sign_count,
                "transports": _transports(sent),
            },
        )
    if not is_new:
        raise PasskeyRefused
    return kept


def options_to_use(*, user: User, host: str) -> tuple[str, dict[str, Any]]:
    """The challenge's id, and what `navigator.credentials.get` is given."""
    row = _challenge(Purpose.PASSKEY_USE, user)
    options = generate_authentication_options(
        rp_id=_rp_id(host),
        challenge=challenge_of(row),
        allow_credentials=_known(user),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return str(row.public_id), json.loads(options_to_json(options))


def use(*, user: User, public_id: str, answer: str, host: str) -> bool:
    """Whether one of the person's passkeys has signed this challenge, which is used up by it."""
    row = use_challenge(purpose=Purpose.PASSKEY_USE, public_id=public_id, user=user)
    if row is None:
        return False
    try:
        sent = _read(answer)
        passkey = Passkey.objects.filter(user=user, credential_id=base64url_to_bytes(sent["rawId"])).first()
        if passkey is None:
            return False
        signed = verify_authentication_response(
            credential=sent,
            expected_challenge=challenge_of(row),
            expected_rp_id=_rp_id(host),
            expected_origin=host,
            credential_public_key=bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return False
    rows = Passkey.objects.filter(pk=passkey.pk, sign_count=passkey.sign_count)
    return bool(rows.update(sign_count=signed.new_sign_count, last_used_at=clock.now()))


@transaction.atomic
def _challenge(purpose: Purpose, user: User) -> OneTimeCode:
    row = issue(purpose=purpose, user=user, lasts=CHALLENGE_LASTS)
    audit.record(actor=user, action="factor.challenged", object=("code", row.public_id))
    return row


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > ANSWER_SIZE_MAX:
        raise ValueError
    sent = json.loads(answer)
    if not isinstance(sent, dict):
        raise TypeError
    return sent


def _known(user: User) -> list[PublicKeyCredentialDescriptor]:
    ids = Passkey.objects.filter(user=user).values_list("credential_id", flat=True)
    return [PublicKeyCredentialDescriptor(id=bytes(one)) for one in ids]


def _transports(sent: dict[str, Any]) -> list[str]:
    told = sent.get("response", {}).get("transports", [])
    return [str(one)[:20] for one in told][:8] if isinstance(told, list) else []


def _rp_id(host: str) -> str:
    return urlsplit(host).hostname or ""
