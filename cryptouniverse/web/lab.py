"""The lab: backtests asked for, watched, read, compared and exported."""

from __future__ import annotations

import csv
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from cryptouniverse.kernel.access import Counted, access
from cryptouniverse.kernel.errors import CryptoUniverseError, NotAllowed, NotFound
from cryptouniverse.kernel.ids import new_id
from cryptouniverse.web import lab_books as books
from cryptouniverse.web import lab_shown as shown
from cryptouniverse.web.lab_forms import SIZES, RunForm, Tried, fields_of, said_of, tried, unsaid, usual
from cryptouniverse.web.lab_search import METHODS, OBJECTIVES, SearchForm
from cryptouniverse.web.polled import polled
from cryptouniverse.web.submits import submit_key
from cryptouniverse.web.trade_parts import person
from cryptouniverse.web.trade_shown import told_on_page
from strategies.backtest.finding_told import ROW, trade_rows
from strategies.backtest.selectors import access_run, definitions, ladder_told, plan_of, runs_of, start_now, trades_of
from strategies.backtest.services import ask_for_run, cancel_run, delete_run
from strategies.backtest.types import FindingPlan, Plan
from strategies.builder.rules.compiling import FAMILY
from strategies.builder.selectors import name_of_version, rule_sets_of, strategy_named
from strategies.catalog.errors import MissingInput, UnknownStrategy
from strategies.catalog.finding import Finder
from strategies.catalog.managing import Manager
from strategies.catalog.records import why_no_record
from strategies.catalog.registry import all_finders, manager
from strategies.lab.selectors import access_optimisation, optimisations_of, plan_of_trial
from strategies.lab.services import start_optimisation
from tenants.provisioning.services import most_of
from tenants.provisioning.types import TRIALS
from trading.marketdata.selectors import instruments_with_books, timeframes_there

if TYPE_CHECKING:
    from accounts.users.models import User
    from strategies.backtest.types import AnyPlan

KEPT_SHOWN = 50
FIRST = "donchian_breakout"
COMPARED_MAX = 4
COLUMNS = (
    "instrument", "side", "quantity", "entered", "left", "entry_price", "exit_price", "fees", "funding", "profit",
    "mae", "mfe", "cause", "minutes",
)  # fmt: skip


@access("trading:read")
@require_GET
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """The form, as a run that is to be changed has it, or a trial of a search, and the runs that are kept."""
    plan = _plan_again(request)
    chosen = _chosen(request, request.GET.get("strategy", "") or (plan.strategy if plan else ""))
    again = plan if plan and plan.strategy == chosen.name else None
    if isinstance(chosen, Finder):
        said = books.usual_over_books(chosen, again if isinstance(again, FindingPlan) else None)
    else:
        said = usual(chosen, again if isinstance(again, Plan) else None)
        if isinstance(again, Plan):
            said["unsaid"] = unsaid(chosen, again, owner=person(request))
    return _page(request, said, chosen)


def _plan_again(request: HttpRequest) -> AnyPlan | None:
    """What the form begins from: "run" names one of the person's runs, "search" with "trial" a trial of theirs."""
    run, search, trial = (request.GET.get(name, "") for name in ("run", "search", "trial"))
    if _is_id(run):
        return plan_of(access_run(person(request), UUID(run)))
    if _is_id(search) and trial.isdecimal() and len(trial) < 6:
        return plan_of_trial(access_optimisation(person(request), UUID(search)), int(trial))
    return None


def _chosen(request: HttpRequest, name: str) -> Tried | Finder:
    """The strategy of this name, the person's own rules among them; the usual one where there is none."""
    if (finder := all_finders().get(name)) is not None:
        return finder
    try:
        return strategy_named(name, person(request))
    except (UnknownStrategy, MissingInput):
        return tried()[FIRST]


def _page(request: HttpRequest, said: dict[str, Any], chosen: Tried | Finder, *, status: int = 200) -> HttpResponse:
    user, there, over_books = person(request), timeframes_there(), isinstance(chosen, Finder)
    runs, own = list(runs_of(user)[:KEPT_SHOWN]), shown.names_of(user)
    candles = {name for names in there.values() for name in names}
    context = {
        "page": "lab", "key": new_id(), "said": said, "chosen": chosen, "families": _families(user, chosen, own),
        "over_books": over_books, "candles_first": FIRST, "books_first": books.FIRST,
        "parameters": fields_of(chosen, said["parameters"]),
        "keeps_orders": isinstance(chosen, Manager), "record": shown.record_shown(chosen.name),
        "no_record": why_no_record(chosen.name),
        "methods": [(one.value, title) for one, title in METHODS.items()],
        "objectives": [(one, gettext(definitions()[one].title)) for one in OBJECTIVES],
        "searches": [(row, shown.name_of(row.strategy, own)) for row in optimisations_of(user)[:KEPT_SHOWN]],
        "timeframes": [timeframe.value for timeframe in there], "sizes": SIZES,
        "instruments": instruments_with_books() if over_books else sorted(candles),
        "rows": [(run, shown.name_of(run.strategy, own), _change(run)) for run in runs],
        "working": any(run.ended_at is None for run in runs), "may": user.may("trading:write"),
        "trials_most": most_of(TRIALS),
    }  # fmt: skip
    return render(request, "lab/page.html", context, status=status)


def _families(user: User, chosen: Tried | Finder, own: dict[str, str]) -> dict[str, list[tuple[str, str]]]:
    """(name, title) of what can be chosen instead, by family: over candles, with one's own rules; over order books."""
    families: dict[str, list[tuple[str, str]]] = {}
    for one in (all_finders() if isinstance(chosen, Finder) else tried()).values():
        families.setdefault(one.family, []).append((one.name, gettext(one.title)))
    if isinstance(chosen, Finder):
        return families
    mine = {name_of_version(one, one.newest): one.name for one in rule_sets_of(user)}
    if chosen.family == FAMILY:
        mine.setdefault(chosen.name, shown.name_of(chosen.name, own))
    return families | ({gettext("My rules"): list(mine.items())} if mine else {})


@access("trading:write", audit="backtest.asked")
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Ask for a run, and go to it; what is wrong is said beside the form, which keeps what was typed."""
    form = _form(request)
    try:
        if form.is_valid():
            made = ask_for_run(actor=person(request), plan=form.plan(), key=submit_key(request.POST))
            return redirect("lab-run", made.public_id)
        wrong = form.told()
    except CryptoUniverseError as error:
        wrong = told_on_page(error)
    return _again(request, wrong)


def _form(request: HttpRequest) -> RunForm | books.BooksForm:
    """As the strategy asks for it: over candles, or over order books."""
    if request.POST.get("strategy", "") in all_finders():
        return books.BooksForm(request.POST, instruments=instruments_with_books())
    names = sorted({name for names in timeframes_there().values() for name in names})
    return RunForm(request.POST, instruments=names, owner=person(request))


@access("trading:write", audit="optimisation.started")
@require_POST
def search(request: HttpRequest) -> HttpResponse:
    """Begin a search over the strategy's parameters and go to it; what is wrong is said beside the form."""
    names = sorted({name for names in timeframes_there().values() for name in names})
    form = SearchForm(request.POST, instruments=names, owner=person(request))
    try:
        if form.is_valid():
            key = submit_key(request.POST)
            made = start_optimisation(actor=person(request), asked=form.search_plan(), key=key)
            return redirect("lab-search", made.public_id)
        wrong = form.told()
    except CryptoUniverseError as error:
        wrong = told_on_page(error)
    return _again(request, wrong, sought=True)


def _again(request: HttpRequest, wrong: str, *, sought: bool = False) -> HttpResponse:
    """The form as it was typed, with what is wrong. sought: it was a search that was asked for."""
    messages.error(request, wrong)
    typed: dict[str, Any] = {key: request.POST.get(key, "") for key in request.POST if not key.startswith("p_")}
    typed |= {"instruments": request.POST.getlist("instruments"), "shorts": "shorts" in request.POST}
    sent = {key.removeprefix("p_"): value for key, value in request.POST.items() if key.startswith("p_")}
    chosen = _chosen(request, request.POST.get("strategy", ""))
    return _page(request, {**typed, "parameters": sent, "sought": sought}, chosen, status=422)


@access("trading:read")
@require_GET
@never_cache
def ladder(request: HttpRequest) -> HttpResponse:
    """What a strategy that keeps orders would place at the last price: each order, the funds, where it fails."""
    sent = request.GET
    try:
        chosen = manager(sent.get("strategy", ""))
        parameters = chosen.resolve(said_of(chosen, sent))
        start = start_now(sent.get("instruments", ""), sent.get("timeframe", ""), sent.get("capital", ""))
        found = ladder_told(chosen, parameters, start)
    except CryptoUniverseError as error:
        return render(request, "lab/ladder.html", {"wrong": told_on_page(error)})
    return render(request, "lab/ladder.html", {"ladder": found, "quote": start.instrument.quote})


@access("trading:read")
@require_GET
@never_cache
@polled
def one(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """A run: how far it is, why it failed, or what it came to."""
    user = person(request)
    run = access_run(user, run_id)
    context = {**_shown(run, user, request.GET.get("instrument", "")), "page": "lab", "may": user.may("trading:write")}
    return render(request, "lab/run.html", context)


def _shown(run: Any, user: User, instrument: str = "") -> dict[str, Any]:
    plan = plan_of(run)
    context = {
        "run": run, "plan": plan, "name": shown.name_of(run.strategy, shown.names_of(user)),
        "error": shown.error_of(run), "steps": shown.steps_of(run), "facts": _facts(run),
    }  # fmt: skip
    if run.result is None:
        return context
    value, fall = shown.lines_of(run)
    trades = trades_of(run)
    context |= {
        "value": value, "fall": fall, "count": len(trades),
        "first": shown.metrics_of(run.result["metrics"], shown.FIRST),
        "metrics": shown.metrics_of(run.result["metrics"]),
        "baselines": shown.rows_of(run), "costs": shown.costs_of(run), "months": shown.months_of(run),
    }  # fmt: skip
    if isinstance(plan, FindingPlan):
        last = books.trades_shown(trades)[: shown.TRADES_SHOWN]
        without, verdict = books.without_of(run, shown.BASELINES), books.verdict_of_books(run)
        return context | {"over_books": True, "trades": last, "without": without, "verdict": verdict}
    asked = instrument if instrument in plan.instruments else plan.instruments[0]
    return context | {
        "price": shown.price_of(plan, asked, trades), "asked": asked, "trades": trades[::-1][: shown.TRADES_SHOWN],
        "verdict": shown.verdict_of(run),
    }  # fmt: skip


def _facts(run: Any) -> list[tuple[str, str]]:
    """What was run, of either kind."""
    return books.facts_of_books(run) if run.timeframe is None else shown.facts_of(run)


@access("trading:write", audit="backtest.cancelled", counted=Counted.NEVER)
@require_POST
def cancel(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """End a run that is not over."""
    return _done(request, lambda: cancel_run(actor=person(request), run_id=run_id), gettext("The run is being ended."))


@access("trading:write", audit="backtest.deleted")
@require_POST
def delete(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Forget a run."""
    return _done(request, lambda: delete_run(actor=person(request), run_id=run_id), gettext("The run is deleted."))


@access("trading:read")
@require_GET
@never_cache
def compare(request: HttpRequest) -> HttpResponse:
    """Runs side by side: what differs in them, and what they came to."""
    asked = [UUID(text) for text in request.GET.getlist("run")[:COMPARED_MAX] if _is_id(text)]
    runs = [run for run in (access_run(person(request), run_id) for run_id in asked) if run.result is not None]
    if len(runs) < 2:
        messages.error(request, gettext("Choose two to four runs that are done."))
        return redirect("lab")
    facts, own = [dict(_facts(run)) for run in runs], shown.names_of(person(request))
    names, (value, apart) = list(dict.fromkeys(name for each in facts for name in each)), shown.side_by_side(runs)
    told = [(name, [each.get(name, "–") for each in facts]) for name in names]
    metrics = zip(*(shown.metrics_of(shown.result_of(run)["metrics"]) for run in runs), strict=True)
    context = {
        "page": "lab", "runs": [(run, shown.name_of(run.strategy, own)) for run in runs],
        "facts": [(name, values, len(set(values)) > 1) for name, values in told],
        "metrics": [(row[0], [metric.value for metric in row]) for row in metrics],
        "value": value, "apart": apart,
        "of_both": len({run.timeframe is None for run in runs}) > 1,
    }  # fmt: skip
    return render(request, "lab/compare.html", context)


@access("trading:read")
@require_GET
def trades(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The trades of a run as a CSV file."""
    run = access_run(person(request), run_id)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="backtest-{run.public_id}.csv"'
    found = trades_of(run)
    writer = csv.DictWriter(response, ROW if run.timeframe is None else COLUMNS)
    writer.writeheader()
    writer.writerows(trade_rows(found) if run.timeframe is None else found)
    return response


@access("trading:read")
@require_GET
def report(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The run as one HTML file that needs nothing else."""
    run = access_run(person(request), run_id)
    style = format_html("<style>{}</style>", mark_safe(_stylesheet()))  # noqa: S308  # a file of ours
    response = render(request, "lab/report.html", {**_shown(run, person(request)), "style": style})
    response["Content-Disposition"] = f'attachment; filename="backtest-{run.public_id}.html"'
    return response


def _done(request: HttpRequest, act: Callable[[], object], said: str) -> HttpResponse:
    try:
        act()
    except (NotFound, NotAllowed):
        raise
    except CryptoUniverseError as error:
        messages.error(request, told_on_page(error))
    else:
        messages.success(request, said)
    return redirect("lab")


def _change(run: Any) -> Any:
    return shown.percent_of(run.result["metrics"]["total_return"]["value"]) if run.result else None


@cache
def _stylesheet() -> str:
    path = finders.find("css/report.css")
    return Path(str(path)).read_text()


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
