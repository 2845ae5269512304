"""What the API takes and gives of optimisations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cryptouniverse.kernel.numbers import NumberField
from cryptouniverse.kernel.shown import shown
from cryptouniverse.kernel.words import told
from strategies.backtest.serializers import TIMEFRAMES, FailureSerializer, PlanSerializer
from strategies.lab.models import Optimisation
from strategies.lab.search.chunks import Method
from strategies.lab.search.objectives import OBJECTIVES, OBJECTIVES_MAX
from strategies.lab.search.report import Checks
from strategies.lab.search.trials import TrialState
from strategies.lab.search.verdict import TRADES_MIN
from strategies.lab.selectors import progress_of, told_report
from strategies.lab.types import TRIALS_MOST, SearchPlan

if TYPE_CHECKING:
    from accounts.users.models import User

STATES = [str(state.value) for state in Optimisation.State]
METHODS = [method.value for method in Method]
TRIAL_STATES = [state.value for state in TrialState]
_USUAL = Checks()


class SearchRangeSerializer(serializers.Serializer[Any]):
    """What is tried of one parameter; what is left out is as the strategy has it."""

    low = NumberField(required=False)
    high = NumberField(required=False)
    step = NumberField(required=False)


class SearchChecksSerializer(serializers.Serializer[Any]):
    """How a result is held out. folds: of walk-forward, 0 for none; anchored: they train on all that was before.

    purge_days, embargo_days: taken out around a test. parts: of cross-validation, tested of them at a time.
    """

    folds = serializers.IntegerField(default=_USUAL.folds, min_value=0, max_value=50)
    anchored = serializers.BooleanField(default=_USUAL.anchored)
    purge_days = serializers.IntegerField(default=_USUAL.purge_days, min_value=0, max_value=365)
    embargo_days = serializers.IntegerField(default=_USUAL.embargo_days, min_value=0, max_value=365)
    parts = serializers.IntegerField(default=_USUAL.parts, min_value=3, max_value=12)
    tested = serializers.IntegerField(default=_USUAL.tested, min_value=1, max_value=2)


class SearchPlanSerializer(PlanSerializer):
    """What to search. parameters: those that stay as they are. ranges: what is searched, by parameter; left out, all
    that are not fixed. objectives: metrics of the backtest, the first being what is best. trials: at most so many.
    trades_min: trials that closed fewer trades count as worst.

    prunes: TPE gives up trials that are worse than most on the way; with one objective.
    """

    timeframe = serializers.ChoiceField(choices=TIMEFRAMES)  # what reads order books is not searched
    ranges = serializers.DictField(child=SearchRangeSerializer(), required=False, default=dict)
    method = serializers.ChoiceField(choices=METHODS, default=Method.GRID.value)
    objectives = serializers.ListField(
        child=serializers.ChoiceField(choices=OBJECTIVES), min_length=1, max_length=OBJECTIVES_MAX, default=["sharpe"]
    )
    trials = serializers.IntegerField(default=100, min_value=1, max_value=TRIALS_MOST)
    trades_min = serializers.IntegerField(default=TRADES_MIN, min_value=0, max_value=10_000)
    seed = serializers.IntegerField(default=0, min_value=0, max_value=2**53)
    prunes = serializers.BooleanField(default=True)
    checks = SearchChecksSerializer(required=False)

    def search_plan(self, owner: User | None = None) -> SearchPlan:
        """What was said, by a person whose rule sets it may name.

        Raises UnknownStrategy, UnknownInstrument, BadMarket, NoCandles, BadTerms."""
        said = self.validated_data
        return SearchPlan(
            plan=self.plan(owner),
            ranges={name: dict(bounds) for name, bounds in said["ranges"].items()},
            method=Method(said["method"]),
            objectives=tuple(said["objectives"]),
            trades_min=said["trades_min"],
            trials=said["trials"],
            seed=said["seed"],
            prunes=said["prunes"],
            checks=Checks(**said.get("checks", {})),
        )


class OptimisationSerializer(serializers.Serializer[Any]):
    """A search. trials: how many there are to be. asked: all that names it. hash: of all its trials; equal ones are the
    same to the last digit. validated: null until there is a report. error: null unless it failed.
    """

    id = serializers.UUIDField(source="public_id")
    strategy = serializers.CharField()
    timeframe = serializers.ChoiceField(choices=TIMEFRAMES)
    method = serializers.ChoiceField(choices=METHODS)
    trials = serializers.IntegerField()
    state = serializers.ChoiceField(choices=STATES)
    asked = serializers.DictField()
    hash = serializers.CharField(allow_blank=True)
    validated = serializers.BooleanField(source="report.verdict.validated", default=None, allow_null=True)
    error = FailureSerializer(allow_null=True)
    asked_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class SearchProgressSerializer(serializers.Serializer[Any]):
    """How far it is, in trials; pruned and failed are of those done. seconds_left: at the pace so far. best, value: the
    number of the best trial so far and its first objective.
    """

    wanted = serializers.IntegerField()
    done = serializers.IntegerField()
    pruned = serializers.IntegerField()
    failed = serializers.IntegerField()
    share = NumberField()
    seconds_left = NumberField(allow_null=True)
    best = serializers.SerializerMethodField()
    value = serializers.SerializerMethodField()

    def get_best(self, progress: Any) -> int | None:
        """The number of the best trial."""
        return progress.best[0] if progress.best else None

    def get_value(self, progress: Any) -> float | None:
        """Its first objective."""
        return progress.best[1] if progress.best else None


class OptimisationReportSerializer(OptimisationSerializer):
    """A search with its report: what was tried, the best, probabilistic and deflated Sharpe, probability of
    overfitting, walk-forward, cross-validation, plateau and map, Monte Carlo of the order of trades, baselines and the
    verdict with every reason; null until it is over, and of one that was stopped over what there was.
    """

    progress = serializers.SerializerMethodField()
    report = serializers.SerializerMethodField()

    @extend_schema_field(SearchProgressSerializer)
    def get_progress(self, row: Optimisation) -> dict[str, Any]:
        """As it is now."""
        return shown(SearchProgressSerializer, progress_of(row))

    def get_report(self, row: Optimisation) -> dict[str, Any] | None:
        """With its reasons in the reader's language."""
        return told_report(row, gettext)


class SearchTrialSerializer(serializers.Serializer[Any]):
    """One trial. metrics: of the backtest, null without a value. error: why it failed, "" where it did not."""

    id = serializers.UUIDField(source="public_id")
    number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=TRIAL_STATES)
    parameters = serializers.DictField(child=NumberField())
    metrics = serializers.DictField(child=NumberField(allow_null=True))
    hash = serializers.CharField(allow_blank=True)
    error = serializers.SerializerMethodField()

    def get_error(self, row: Any) -> str:
        """In the reader's language."""
        return told(row.error, gettext) if row.error else ""


class HeatMapSerializer(serializers.Serializer[Any]):
    """The first objective over two parameters, turned so that more is better: a row for each of ys, null where nothing
    was tried.
    """

    x = serializers.CharField()
    y = serializers.CharField()
    xs = serializers.ListField(child=NumberField())
    ys = serializers.ListField(child=NumberField())
    values = serializers.ListField(child=serializers.ListField(child=NumberField(allow_null=True)))
