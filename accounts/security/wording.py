"""What letters say. Plain text: a subject and a body for each kind, with the facts standing in them by name."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from accounts.security.models import Letter
from accounts.security.services.codes import digits_of, link_secret_of
from cryptouniverse.kernel.context import current_tenant
from tenants.provisioning.selectors import origin_of

SMS_KINDS: Final = frozenset({"sms_code"})
_IGNORE: Final = _("If this was not you, you need do nothing.")
_KEYS: Final = _("Your API keys: %(url)s/keys/")
_ACT: Final = _("If this was not you, sign in, change your password and end the other sessions.")
LETTERS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "sign_up": (
        _("Your code is %(code)s"),
        (_("Enter %(code)s to finish signing up at %(host)s. It works for 15 minutes, once."), _IGNORE),
    ),
    "sign_up_known": (
        _("You have an account already"),
        (
            _("Somebody tried to sign up at %(host)s with this address. You have an account there."),
            _("Sign in, or ask for a new password: %(url)s/accounts/password/reset/"),
            _IGNORE,
        ),
    ),
    "reset": (
        _("Your code is %(code)s"),
        (_("Enter %(code)s to set a new password at %(host)s. It works for 15 minutes, once."), _IGNORE),
    ),
    "reset_unknown": (
        _("There is no account with this address"),
        (_("Somebody asked for a new password at %(host)s, and nobody there has this address."), _IGNORE),
    ),
    "address": (
        _("Your code is %(code)s"),
        (_("Enter %(code)s to use this address at %(host)s. It works for 15 minutes, once."), _IGNORE),
    ),
    "address_known": (
        _("This address is in use"),
        (_("Somebody tried to use this address for another account at %(host)s."), _IGNORE),
    ),
    "factor": (
        _("Your code is %(code)s"),
        (
            _("Enter %(code)s at %(host)s. It works for 15 minutes, once."),
            _("If this was not you, somebody knows your password: change it now."),
        ),
    ),
    "sms_code": ("", (_("%(code)s is your code at %(host)s."),)),
    "guesses": (
        _("Somebody is guessing your password"),
        (
            _("There were %(count)s wrong tries to sign in as you at %(host)s. We let nobody try for a while."),
            _("Was it you? This link lets you try again at once: %(url)s/accounts/unlock/%(id)s/%(link)s/"),
            _("If not: use a password that you use nowhere else, and add a second factor."),
        ),
    ),
    "password_changed": (_("Your password was changed"), (_("Your password at %(host)s was changed."), _ACT)),
    "address_changed": (
        _("Your e-mail address was changed"),
        (
            _("Your account at %(host)s has another e-mail address now."),
            _("If this was not you, write to the administrator of your organisation at once."),
        ),
    ),
    "factor_added": (_("A second factor was added"), (_("Your account at %(host)s has a new way to confirm."), _ACT)),
    "factor_removed": (
        _("A second factor was removed"),
        (_("Your account at %(host)s has one way less to confirm."), _ACT),
    ),
    "provider_added": (
        _("You can sign in with %(provider)s now"),
        (_("Somebody signed in to your account at %(host)s with %(provider)s, which vouches for your address."), _ACT),
    ),
    "recovery_used": (
        _("A recovery code was used"),
        (_("Somebody used one of your recovery codes at %(host)s. %(left)s are left."), _ACT),
    ),
    "key_expires": (
        _("An API key expires soon"),
        (
            _("Your API key %(name)s (%(key)s) at %(host)s expires on %(on)s. What uses it stands still then."),
            _("Replace it before: the old one can go on for some days beside the new one."),
            _KEYS,
        ),
    ),
    "key_due": (
        _("An API key is due to be replaced"),
        (
            _("Your API key %(name)s (%(key)s) at %(host)s is on schedule and expires on %(on)s."),
            _("A program that replaces its key by itself does so by then. If yours does not, replace the key by hand."),
            _KEYS,
        ),
    ),
    "key_renewed": (
        _("An API key has replaced itself"),
        (
            _("Your API key %(name)s at %(host)s was replaced on schedule by the program that uses it."),
            _("The new one begins with %(key)s."),
            _("If your program did not do this, somebody else has the key: revoke both keys now."),
            _KEYS,
        ),
    ),
}


def text_of(letter: Letter) -> tuple[str, str]:
    """Subject and body of a letter. Codes and links are worked out here, and stand nowhere else."""
    subject, lines = LETTERS[letter.kind]
    facts = _facts(letter)
    return gettext(subject) % facts, "\n\n".join(gettext(line) % facts for line in lines) + "\n"


def _facts(letter: Letter) -> dict[str, Any]:
    host, code = origin_of(current_tenant()), letter.code  # never the Host of a request
    facts = {**letter.facts, "host": host.partition("://")[2], "url": host}
    if code is not None:
        facts |= {"code": digits_of(code), "id": code.public_id, "link": link_secret_of(code)}
    return facts
