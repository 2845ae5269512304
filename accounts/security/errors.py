"""What signing in says no to."""

from __future__ import annotations

from cryptouniverse.kernel.errors import Conflict, Limited, NotAllowed, NotFound, Refused, Unavailable
from cryptouniverse.kernel.words import gettext_noop as _


class StepUpRequired(NotAllowed):
    """This needs a second factor (or the password, without one) shown within the last five minutes.

    facts: methods, the ways in which this person can show one.
    """

    code = "security.step_up_required"
    title = _("Confirm that it is you first")


class WrongCode(Refused):
    """The code is wrong, used, too old, or was guessed at too often."""

    code = "security.wrong_code"
    title = _("This code does not work. Look at the newest one, or ask for another")


class TooManyGuesses(Limited):
    """Too many wrong tries, counted over days. facts: retry_after_s."""

    code = "security.too_many_guesses"
    title = _("Too many wrong tries. Wait a while, or follow the link that we mailed")


class UnknownFactor(NotFound):
    """There is no such second factor, or it is not the caller's."""

    code = "security.unknown_factor"
    title = _("There is no such second factor")


class TooManyFactors(Conflict):
    """There are as many of these as a person can have, or the one there can be is there."""

    code = "security.too_many_factors"
    title = _("You have this already. Remove the old one first")


class PasskeyRefused(Refused):
    """The passkey's answer does not fit this site, this challenge, or the key that is kept."""

    code = "security.passkey_refused"
    title = _("This passkey was not accepted. Try again, or use another way")


class PasswordRefused(Refused):
    """The new password is too weak. facts: reasons."""

    code = "security.password_refused"
    title = _("This password is too easy to guess")


class SignUpClosed(NotAllowed):
    """Nobody can sign up here by themselves."""

    code = "security.sign_up_closed"
    title = _("Sign-up is closed. Ask the administrator of your organisation for an invitation")


class SmsUnavailable(Unavailable):
    """No text message can be sent now."""

    code = "security.sms_unavailable"
    title = _("Text messages cannot be sent right now")


class ProviderRefused(Refused):
    """An identity provider cannot be configured like this. facts: reason."""

    code = "security.provider_refused"
    title = _("This identity provider cannot be used")


class UnknownProvider(NotFound):
    """There is no such identity provider."""

    code = "security.unknown_provider"
    title = _("There is no such identity provider")
