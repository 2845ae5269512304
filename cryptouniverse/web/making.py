"""The page on which a bot is made: by a strategy, by one's own rules, or by signals from outside. Thin."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.cache import never_cache

from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.errors import CryptoUniverseError
from cryptouniverse.kernel.ids import new_id
from cryptouniverse.web.lab_forms import fields_of, said_of
from cryptouniverse.web.reading import shown_name
from cryptouniverse.web.submits import submit_key
from cryptouniverse.web.trade_parts import instruments_now, person
from strategies.bots.keeping import usual_of
from strategies.bots.services import create_bot
from strategies.bots.types import ALLOCATION_MAX
from strategies.builder.selectors import is_own, name_of_version, rule_sets_of, strategy_named, strategy_of
from strategies.catalog.errors import UnknownStrategy
from strategies.catalog.finding import Finder
from strategies.catalog.outside import OUTSIDE, WEBHOOK
from strategies.catalog.registry import all_finders, all_strategies
from strategies.catalog.types import Strategy
from trading.marketdata.selectors import feed_state
from trading.portfolio.selectors import access_portfolio, portfolios_for

if TYPE_CHECKING:
    from accounts.users.models import User

PERCENT: Final = Decimal(100)


class NewBotForm(forms.Form):
    """A bot to be made. stop, target: in per cent of the entry; left out, the strategy's. allocation: 0 for no cap."""

    portfolio = forms.UUIDField(label=_("Portfolio"))
    strategy = forms.CharField(label=_("Strategy"), max_length=60)
    name = forms.CharField(label=_("Name"), max_length=80, required=False)
    instruments = forms.MultipleChoiceField(label=_("Instruments"))
    allocation = forms.DecimalField(
        label=_("Most that an entry may cost"), required=False, min_value=0, max_value=ALLOCATION_MAX, decimal_places=8
    )
    stop = forms.DecimalField(
        label=_("Stop, percent"), required=False, min_value=Decimal("0.01"), max_value=99, decimal_places=2
    )
    target = forms.DecimalField(
        label=_("Target, percent"), required=False, min_value=0, max_value=1_000, decimal_places=2
    )

    def __init__(self, *args: Any, instruments: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["instruments"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  # for the type checker
        field.choices = instruments

    def told(self) -> str:
        """What is wrong, in words."""
        return " ".join(f"{self.fields[name].label}: {error}" for name, found in self.errors.items() for error in found)

    def terms(self) -> dict[str, Any]:
        """What was said, as `create_bot` takes it."""
        said = self.cleaned_data
        bps = {f"{name}_bps": None if said[name] is None else int(said[name] * PERCENT) for name in ("stop", "target")}
        return {"name": said["name"], "instruments": said["instruments"], "allocation": said["allocation"] or 0, **bps}


@method_decorator(never_cache, name="dispatch")
class MakeBot(View):
    """The form, with the parameters of the strategy that is chosen."""

    @access("trading:write")
    def get(self, request: HttpRequest) -> HttpResponse:
        """The page, filled with what the address names; without a market that is shown there is nothing to trade."""
        said = {"portfolio": request.GET.get("portfolio", ""), "instruments": request.GET.getlist("instruments")}
        return _page(request, said, request.GET.get("strategy", WEBHOOK))

    @access("trading:write", audit="bot.created")
    def post(self, request: HttpRequest) -> HttpResponse:
        """Make it: it is active from the next closed candle on. What is wrong is said, and what was typed is kept."""
        form, user = NewBotForm(request.POST, instruments=instruments_now(contracts=True)), person(request)
        if form.is_valid():
            portfolio = access_portfolio(user, form.cleaned_data["portfolio"], permission="trading:write")
            try:
                chosen = _chosen(form.cleaned_data["strategy"], portfolio.owner)
                bot = create_bot(
                    owner=portfolio.owner, actor=user, portfolio=portfolio, strategy=chosen.name,
                    parameters=said_of(chosen, request.POST), timeframe=feed_state().timeframe,
                    key=submit_key(request.POST), **form.terms(),
                )  # fmt: skip
            except CryptoUniverseError as error:
                return _again(request, error.sentence(gettext))
            if bot.strategy == WEBHOOK:
                return redirect("hook", bot.public_id)
            return redirect(f"{reverse('desk')}?portfolio={portfolio.public_id}")
        return _again(request, form.told())


def _again(request: HttpRequest, wrong: str) -> HttpResponse:
    said: dict[str, Any] = {
        name: request.POST.get(name, "") for name in ("portfolio", "name", "allocation", "stop", "target")
    }
    sent = {key.removeprefix("p_"): value for key, value in request.POST.items() if key.startswith("p_")}
    said |= {"instruments": request.POST.getlist("instruments"), "parameters": sent}
    return _page(request, said, request.POST.get("strategy", ""), wrong=wrong)


def _page(request: HttpRequest, said: dict[str, Any], name: str, *, wrong: str = "") -> HttpResponse:
    user = person(request)
    try:
        chosen = _chosen(name, user)
    except CryptoUniverseError:
        chosen = OUTSIDE
    places = [
        (str(one.public_id), shown_name(user, one) or gettext("Own books"), one.kind) for one in _portfolios(user)
    ]
    families: dict[str, list[tuple[str, str]]] = {
        gettext("From outside"): [(WEBHOOK, gettext(OUTSIDE.title))],
        gettext("My rules"): [(name_of_version(one, one.newest), one.name) for one in rule_sets_of(user)],
    }
    for one in all_strategies().values():
        families.setdefault(one.family.replace("_", " ").capitalize(), []).append((one.name, gettext(one.title)))
    fed = [(one.name, gettext(one.title)) for one in all_finders().values()]
    families[gettext("Order books, on paper")] = fed
    usual = usual_of(chosen, {})
    context = {
        "page": "bots", "key": new_id(), "said": said, "chosen": chosen, "places": places, "wrong": wrong,
        "families": {family: names for family, names in families.items() if names},
        "parameters": fields_of(chosen, said.get("parameters", {})),
        "instruments": instruments_now(contracts=isinstance(chosen, Finder)),
        "stop": usual.stop_bps / PERCENT, "target": usual.target_bps / PERCENT, "outside": chosen.name == WEBHOOK,
        "reads_books": isinstance(chosen, Finder),
    }  # fmt: skip
    return render(request, "desk/new_bot.html", context, status=422 if wrong else 200)


def _chosen(name: str, owner: User) -> Strategy | Finder:
    """What a bot of `owner` can trade by this name. Raises UnknownStrategy, NotForBots, MissingInput."""
    if is_own(name):
        found = strategy_named(name, owner)
        if not isinstance(found, Strategy):
            raise UnknownStrategy(strategy=name)
        return found
    finder = all_finders().get(name)
    return strategy_of(name) if finder is None else finder


def _portfolios(user: User) -> list[Any]:
    return list(portfolios_for(user, "trading:write"))
