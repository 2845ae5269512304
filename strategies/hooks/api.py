"""Signals from outside over the API. Secrets are in the answer that makes them, and in no other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.words import told
from strategies.bots.selectors import access_bot, access_own_bot
from strategies.hooks import services
from strategies.hooks.errors import NoHook
from strategies.hooks.models import Alert, Hook
from strategies.hooks.selectors import address_of, alerts_of, hook_of, message_for, secret_in_force
from strategies.hooks.services.opening import OVERLAP_DEFAULT_H, OVERLAP_MAX_H
from strategies.hooks.types import JUDGED_AS, TOLD, Outcome, Secrets, Sender
from strategies.signals.types import Action

if TYPE_CHECKING:
    from accounts.users.models import User
    from strategies.bots.models import Bot

ACTIONS = [action.value for action in Action]
SENDERS = [sender.value for sender in Sender]
FAMILIES = list(JUDGED_AS)
OUTCOMES = [outcome.value for outcome in Outcome]


class HookSerializer(serializers.Serializer[Any]):
    """Where a bot's signals are sent. open: whether secrets are in force; made_at: since when they are.

    message: what is pasted into an alert of TradingView, with the secret in its place. judged_as: by the conditions of
    which family the panel judges its wishes to enter.
    """

    id = serializers.UUIDField(source="public_id")
    address = serializers.SerializerMethodField()
    open = serializers.SerializerMethodField()
    version = serializers.IntegerField()
    judged_as = serializers.ChoiceField(choices=FAMILIES)
    made_at = serializers.SerializerMethodField()
    message = serializers.SerializerMethodField()

    def get_address(self, hook: Hook) -> str:
        """On the organisation's own host."""
        return address_of(hook)

    def get_open(self, hook: Hook) -> bool:
        """Whether anything opens it."""
        return secret_in_force(hook) is not None

    def get_made_at(self, hook: Hook) -> str | None:
        """When the secrets in force were made."""
        found = secret_in_force(hook)
        return found.created_at.isoformat() if found else None

    def get_message(self, hook: Hook) -> str:
        """Without a secret."""
        return message_for(None)


class MadeHookSerializer(HookSerializer):
    """The same with its secrets, shown this once: `secret` stands in texts, `signing_key` (`whsec_...`) signs.

    message: with the secret in it.
    """

    secret = serializers.CharField()
    signing_key = serializers.CharField()


class HookChoiceSerializer(serializers.Serializer[Any]):
    """judged_as: by the conditions of which family the panel is to judge wishes to enter."""

    judged_as = serializers.ChoiceField(choices=FAMILIES)


class RotateHookSerializer(serializers.Serializer[Any]):
    """overlap_hours: how long the secrets before open it beside the new ones; 0: not at all."""

    overlap_hours = serializers.IntegerField(
        min_value=0, max_value=OVERLAP_MAX_H, required=False, default=OVERLAP_DEFAULT_H
    )


class TestAlertSerializer(serializers.Serializer[Any]):
    """A test alert: of one of the bot's instruments."""

    instrument = serializers.CharField(max_length=64)
    action = serializers.ChoiceField(choices=ACTIONS, required=False, default=Action.ENTER_LONG.value)


class AlertSerializer(serializers.Serializer[Any]):
    """An alert that was let in. sender: by the secret in its text, a signature, or the bot's page. ticker, order_id,
    price: as they were sent. signal: what decisions name it by. said: what came of it, in words.

    rule, limit, value: of the limit that refused it.
    """

    id = serializers.UUIDField(source="public_id")
    sender = serializers.ChoiceField(choices=SENDERS)
    received_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField()
    action = serializers.ChoiceField(choices=ACTIONS)
    instrument = serializers.CharField(source="instrument_id")
    ticker = serializers.CharField(allow_blank=True)
    order_id = serializers.CharField(allow_blank=True)
    price = serializers.CharField(allow_blank=True)
    test = serializers.BooleanField()
    signal = serializers.UUIDField(source="signal_id")
    outcome = serializers.ChoiceField(choices=OUTCOMES)
    outcome_at = serializers.DateTimeField(allow_null=True)
    said = serializers.SerializerMethodField()
    rule = serializers.CharField(allow_blank=True)
    limit = serializers.SerializerMethodField()
    value = serializers.SerializerMethodField(method_name="value_told")

    def get_said(self, row: Alert) -> str:
        """In the reader's language."""
        return gettext(TOLD[Outcome(row.outcome)])

    def get_limit(self, row: Alert) -> str:
        """In the reader's language."""
        return told(row.limit, gettext) if row.limit else ""

    def value_told(self, row: Alert) -> str:
        """In the reader's language."""
        return told(row.value, gettext) if row.value else ""


class BotHook(APIView):
    """A bot's address for signals from outside, and what opens it."""

    @access("trading:read")
    @extend_schema(responses=HookSerializer)
    def get(self, request: Request, signal_bot_id: UUID, **_: Any) -> Response:
        """Where its alerts are sent; nothing of its secrets."""
        return Response(
            HookSerializer(_hook(access_bot(_caller(request), signal_bot_id, permission="trading:read"))).data
        )

    @access("trading:write", audit="hook.opened", step_up=True)
    @extend_schema(request=None, responses={201: MadeHookSerializer})
    def post(self, request: Request, signal_bot_id: UUID, **_: Any) -> Response:
        """Make its secrets: its owner alone may. They are in this answer, and in no other."""
        bot = access_own_bot(_caller(request), signal_bot_id)
        return _made(*services.open_hook(bot=bot, actor=_caller(request)), status=201)

    @access("trading:write", audit="hook.judged")
    @extend_schema(request=HookChoiceSerializer, responses=HookSerializer)
    def patch(self, request: Request, signal_bot_id: UUID, **_: Any) -> Response:
        """Choose as what its wishes to enter are judged, from the next candle on: its owner alone may."""
        bot, sent = access_own_bot(_caller(request), signal_bot_id), HookChoiceSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        hook = services.judge_hook_as(bot=bot, actor=_caller(request), family=sent.validated_data["judged_as"])
        return Response(HookSerializer(hook).data)

    @access("trading:execute", audit="hook.revoked")
    @extend_schema(responses={200: HookSerializer})
    def delete(self, request: Request, signal_bot_id: UUID, **_: Any) -> Response:
        """Take its secrets back: nothing opens it from now on."""
        bot = access_bot(_caller(request), signal_bot_id, permission="trading:execute")
        return Response(HookSerializer(services.revoke_hook(bot=bot, actor=_caller(request))).data)


@access("trading:write", audit="hook.rotated", step_up=True)
class RotateHook(APIView):
    """Replacing a bot's secrets."""

    @extend_schema(request=RotateHookSerializer, responses=MadeHookSerializer)
    def post(self, request: Request, signal_bot_id: UUID, **_: Any) -> Response:
        """Other secrets, in this answer only: its owner alone may. Those before work on for a while."""
        bot, sent = access_own_bot(_caller(request), signal_bot_id), RotateHookSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        hours = sent.validated_data["overlap_hours"]
        return _made(*services.rotate_hook(bot=bot, actor=_caller(request), overlap_h=hours))


@access("trading:execute", audit="hook.tested")
class TestHook(APIView):
    """Trying it out."""

    @extend_schema(request=TestAlertSerializer, responses={202: AlertSerializer})
    def post(self, request: Request, signal_bot_id: UUID, **_: Any) -> Response:
        """An alert that goes all the way, past the panel and every limit, and trades nothing."""
        bot = access_bot(_caller(request), signal_bot_id, permission="trading:execute")
        sent = TestAlertSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        asked = {"instrument_id": sent.validated_data["instrument"], "action": Action(sent.validated_data["action"])}
        return Response(AlertSerializer(services.send_test(bot=bot, actor=_caller(request), **asked)).data, status=202)


@access("trading:read")
class Alerts(generics.ListAPIView[Alert]):
    """The alerts that came in for a bot, newest first, with what came of each."""

    serializer_class = AlertSerializer
    filters: ClassVar = {
        "outcome": ("outcome", tuple(OUTCOMES)),
        "action": ("action", tuple(ACTIONS)),
        "instrument": ("instrument_id", str),
    }

    def get_queryset(self) -> QuerySet[Alert]:
        """Of a bot that they may look at. Raises UnknownBot."""
        bot_id = self.kwargs["signal_bot_id"]
        return alerts_of(access_bot(_caller(self.request), bot_id, permission="trading:read"))


def _caller(request: Any) -> User:
    return cast("User", request.user)


def _hook(bot: Bot) -> Hook:
    hook = hook_of(bot)
    if hook is None:
        raise NoHook
    return hook


def _made(hook: Hook, secrets: Secrets, *, status: int = 200) -> Response:
    shown = {"secret": secrets.message.reveal(), "signing_key": secrets.signing.reveal()}
    body = {**HookSerializer(hook).data, **shown, "message": message_for(secrets.message)}
    return Response(body, status=status, headers={"Cache-Control": "no-store"})
