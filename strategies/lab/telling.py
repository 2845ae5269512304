"""A report as text: for the command. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cryptouniverse.kernel.words import Translate, gettext_noop, told
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.backtest.engine.definitions import DEFINITIONS


def as_text(report: Mapping[str, Any], objectives: tuple[str, ...], translate: Translate = gettext_noop) -> str:
    """What was tried, the best, what is left of it, and the verdict with every reason."""
    return "\n".join(_lines(report, objectives, translate))


def _lines(report: Mapping[str, Any], objectives: tuple[str, ...], translate: Translate) -> Iterator[str]:
    trials, best, sharpe = report["trials"], report["best"], report["sharpe"]
    counted = translate(_("%(done)s trials of %(wanted)s; %(pruned)s given up, %(failed)s failed."))
    yield counted % trials
    yield translate(_("Best, trial %(number)s:")) % best
    yield "  " + ", ".join(f"{name} {value}" for name, value in best["parameters"].items())
    for name in dict.fromkeys((*objectives, "sharpe", "total_return", "max_drawdown", "trades")):
        yield f"  {translate(DEFINITIONS[name].title)}: {_short(best['metrics'][name]['value'])}"
    rows = {
        _("Probabilistic Sharpe"): sharpe["psr"],
        _("Deflated Sharpe"): sharpe["deflated"],
        _("Sharpe that the best of worthless ones would show"): sharpe["expected_maximum"],
        _("Probability of overfitting"): (report["overfitting"] or {}).get("pbo"),
        _("Walk-forward efficiency"): (report["walk_forward"] or {}).get("efficiency"),
        _("Sharpe of the days that walk-forward tested"): (report["walk_forward"] or {}).get("sharpe"),
        _("Cross-validated Sharpe, mean of the folds"): (report["cross_validation"] or {}).get("mean"),
        _("Neighbours on the grid, mean"): report["plateau"]["mean"],
        _("Drawdown of shuffled trades, 95%"): _last(report["monte_carlo"], "shuffled"),
        _("Random entries that it beats"): report["random_beaten"],
    }
    yield from (f"{translate(name)}: {_short(value)}" for name, value in rows.items())
    for name, metrics in report["baselines"].items():
        yield f"{name}: {_short(metrics['total_return']['value'])}"
    yield translate(_("Validated.")) if report["verdict"]["validated"] else translate(_("Not validated."))
    yield from (f"  {told(reason['said'], translate)}" for reason in report["verdict"]["reasons"])
    yield f"hash {report['hash']}"


def _last(found: Mapping[str, Any] | None, part: str) -> float | None:
    return found[part]["drawdown"][-1] if found else None


def _short(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
