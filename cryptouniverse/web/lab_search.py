"""Searches over a strategy's parameters: begun beside a backtest, watched, stopped, read with their verdict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from cryptouniverse.kernel.access import Counted, access
from cryptouniverse.kernel.errors import CryptoUniverseError, NotAllowed, NotFound
from cryptouniverse.kernel.words import gettext_noop, told
from cryptouniverse.web import lab_shown as shown
from cryptouniverse.web.lab_charts import gathered, heat_cells
from cryptouniverse.web.lab_forms import RunForm
from cryptouniverse.web.polled import polled
from cryptouniverse.web.trade_parts import person
from cryptouniverse.web.trade_shown import told_on_page
from strategies.backtest.selectors import definitions
from strategies.lab.selectors import access_optimisation, best_trials, heat_map_of, progress_of, told_report
from strategies.lab.services import delete_optimisation, stop_optimisation
from strategies.lab.types import TRIALS_MOST, Checks, Method, SearchPlan

METHODS = {
    Method.RANDOM: _("Random: drawn by chance"),
    Method.TPE: _("TPE: where the last trials were good"),
    Method.GRID: _("Grid: every step of every parameter"),
}
FACTS = (
    (
        gettext_noop("Deflated Sharpe"),
        gettext_noop("How sure its Sharpe is above luck, after so many trials; 0.95 is asked for."),
    ),
    (
        gettext_noop("Best by luck"),
        gettext_noop("The Sharpe that the best of as many worthless trials would show."),
    ),
    (
        gettext_noop("Probability of overfitting"),
        gettext_noop("How often the best of one half is below the middle in the other."),
    ),
    (
        gettext_noop("Walk-forward Sharpe"),
        gettext_noop("Of the days that were not looked at when parameters were chosen."),
    ),
    (gettext_noop("Walk-forward efficiency"), gettext_noop("What was earned out of sample, of what was in it.")),
    (
        gettext_noop("Neighbours, mean"),
        gettext_noop("What the parameters around the best come to: a lonely peak is luck."),
    ),
    (gettext_noop("Random entries beaten"), gettext_noop("Share of runs that enter at random and do worse.")),
)
OBJECTIVES = ("sharpe", "total_return", "sortino", "calmar", "profit_factor", "max_drawdown")
BEST_SHOWN = 15


class SearchForm(RunForm):
    """A backtest whose parameters are searched."""

    method = forms.ChoiceField(label=_("Method"), choices=[(one.value, title) for one, title in METHODS.items()])
    objective = forms.ChoiceField(label=_("What is best"), choices=[(name, name) for name in OBJECTIVES])
    trials = forms.IntegerField(label=_("Trials"), min_value=1, max_value=TRIALS_MOST)
    trades = forms.IntegerField(label=_("Least trades"), min_value=0, max_value=10_000)
    folds = forms.IntegerField(label=_("Walk-forward folds"), min_value=0, max_value=20)

    def search_plan(self) -> SearchPlan:
        """What was asked for; every parameter is searched. Raises what `plan` raises."""
        said = self.cleaned_data
        return SearchPlan(
            plan=replace(self.plan(), parameters={}),  # those of a plan stay as they are
            method=Method(said["method"]),
            objectives=(said["objective"],),
            trials=said["trials"],
            trades_min=said["trades"],
            checks=Checks(folds=said["folds"]),
        )


@access("trading:read")
@require_GET
@never_cache
@polled
def one(request: HttpRequest, optimisation_id: UUID) -> HttpResponse:
    """A search: how far it is, its best so far, and once it is over what speaks for and against them."""
    user = person(request)
    row = access_optimisation(user, optimisation_id)
    report = told_report(row, gettext)
    names = list(row.asked["objectives"])
    context: dict[str, Any] = {
        "page": "lab", "row": row, "name": shown.name_of(row.strategy, shown.names_of(user)),
        "progress": progress_of(row),
        "error": told(row.error["said"], gettext) if row.error else "", "report": report,
        "objective": gettext(definitions()[names[0]].title), "may": user.may("trading:write"),
        "trials": [_trial(trial, names[0]) for trial in best_trials(row, count=BEST_SHOWN)],
        "facts": _facts(report) if report else [], "heat": _heat(row, report) if report else None,
    }  # fmt: skip
    return render(request, "lab/search.html", context)


@access("trading:write", audit="optimisation.stopped", counted=Counted.NEVER)
@require_POST
def stop(request: HttpRequest, optimisation_id: UUID) -> HttpResponse:
    """End it with what was found so far."""
    return _done(
        request, lambda: stop_optimisation(actor=person(request), optimisation_id=optimisation_id), "lab-search",
        optimisation_id,
    )  # fmt: skip


@access("trading:write", audit="optimisation.deleted")
@require_POST
def delete(request: HttpRequest, optimisation_id: UUID) -> HttpResponse:
    """Forget it with its trials."""
    return _done(request, lambda: delete_optimisation(actor=person(request), optimisation_id=optimisation_id), "lab")


def _done(request: HttpRequest, act: Callable[[], object], page: str, *names: UUID) -> HttpResponse:
    try:
        act()
    except (NotFound, NotAllowed):
        raise
    except CryptoUniverseError as error:
        messages.error(request, told_on_page(error))
    return redirect(page, *names)


def _trial(trial: Any, objective: str) -> dict[str, Any]:
    names = [objective, *(name for name in shown.COMPARED if name != objective)]
    return {
        "number": trial.number,
        "parameters": ", ".join(f"{name} {value}" for name, value in trial.parameters.items()),
        "cells": [shown.shown_value(name, trial.metrics.get(name)) if name in trial.metrics else "–" for name in names],
    }


def _facts(report: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(what, its value, what it means) of everything that says how much is left of the best."""
    sharpe, forward = report["sharpe"], report["walk_forward"] or {}
    overfitting, chance = report["overfitting"] or {}, report["random_beaten"]
    values = (
        sharpe["deflated"], sharpe["expected_maximum"], overfitting.get("pbo"), forward.get("sharpe"),
        forward.get("efficiency"), report["plateau"]["mean"], chance,
    )  # fmt: skip
    told_values = ["–" if value is None else f"{value:.2f}" for value in values]
    return [(gettext(title), value, gettext(why)) for (title, why), value in zip(FACTS, told_values, strict=True)]


def _heat(row: Any, report: dict[str, Any]) -> dict[str, Any] | None:
    """The map over the first two parameters that were searched."""
    names = [name for name in report["best"]["parameters"] if name not in row.asked["plan"]["parameters"]]
    if len(names) < 2:
        return None
    try:
        found = heat_map_of(row, names[0], names[1])
    except CryptoUniverseError:
        return None
    xs, ys, values = gathered(found["xs"], found["ys"], found["values"])
    return {"x": names[0], "y": names[1], "xs": xs, "rows": heat_cells(ys, values)}
