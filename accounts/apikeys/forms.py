"""What a person may send from the page of API keys."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.apikeys.selectors import scopes_open_to
from accounts.apikeys.types import NAME_MAX, OVERLAP_HOURS_MAX
from accounts.apikeys.wording import SCOPE_WORDS
from cryptouniverse.kernel import clock

if TYPE_CHECKING:
    from accounts.users.models import User

EXPIRIES = [
    (_("It ends after"), [("30", _("30 days")), ("90", _("90 days")), ("365", _("1 year")), ("", _("Never"))]),
    (
        _("It is replaced on schedule"),
        [("every-30", _("Every 30 days")), ("every-90", _("Every 90 days")), ("every-365", _("Every year"))],
    ),
]
ON_SCHEDULE = "every-"
OVERLAPS = [("0", _("Stops at once")), ("1", _("1 hour")), ("24", _("1 day")), ("168", _("7 days"))]


class NameForm(forms.Form):
    """What the owner calls it."""

    name = forms.CharField(
        max_length=NAME_MAX,
        error_messages={
            "required": _("Give it a name, such as My bot."),
            "max_length": _("At most %(limit_value)d characters."),
        },
    )


class NewKeyForm(NameForm):
    """A key to be made."""

    scopes = forms.MultipleChoiceField(error_messages={"required": _("Choose at least one thing that the key may do.")})
    networks = forms.CharField(max_length=2_000, required=False)
    expires = forms.ChoiceField(choices=EXPIRIES, required=False)
    owner = forms.UUIDField(required=False)

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [scope for scope in SCOPE_WORDS if scope in scopes_open_to(person)]
        self.fields["scopes"].choices = [(scope, scope) for scope in offered]  # type: ignore[attr-defined]  # a ChoiceField has them

    def scope_rows(self) -> list[dict[str, Any]]:
        """The scopes with their words, for the template."""
        chosen = self["scopes"].value() or ([] if self.is_bound else ["trading:read"])
        choices = self.fields["scopes"].choices  # type: ignore[attr-defined]  # see above
        rows = []
        for scope, _same in choices:
            title, meaning = SCOPE_WORDS[scope]
            rows.append({"scope": scope, "title": title, "meaning": meaning, "chosen": scope in chosen})
        return rows

    def facts(self) -> dict[str, Any]:
        """What `create_key` takes, but for the owner."""
        sent = self.cleaned_data
        lines = sent["networks"].replace(",", "\n").splitlines()
        networks = [line.strip() for line in lines if line.strip()]
        return {
            "name": sent["name"],
            "scopes": sent["scopes"],
            "networks": networks,
            **_ending(sent["expires"]),
        }


class RotateForm(forms.Form):
    """How long the old key goes on working."""

    overlap_hours = forms.IntegerField(min_value=0, max_value=OVERLAP_HOURS_MAX)


def _ending(choice: str) -> dict[str, Any]:
    if choice.startswith(ON_SCHEDULE):
        return {"rotate_every_days": int(choice.removeprefix(ON_SCHEDULE))}
    return {"expires_at": clock.now() + timedelta(days=int(choice)) if choice else None}
