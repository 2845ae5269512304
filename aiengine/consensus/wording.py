"""Reasons in words. Records keep codes with facts ("vote.all_hold:valid=3"), so that each reader has their language."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "vote.unanimous": _("All %(valid)s valid votes agree, with mean confidence %(confidence)s."),
    "vote.weighted": _("The winning side holds %(share)s of the weighted votes (%(valid)s valid)."),
    "vote.below_quorum": _("Only %(valid)s valid votes; %(quorum)s are needed."),
    "vote.bad_weights": _("A voter's weight is not above zero."),
    "vote.not_unanimous": _("The valid votes name %(sides)s different sides."),
    "vote.all_hold": _("The panel would hold."),
    "vote.below_threshold": _("All agree, but their mean confidence %(confidence)s is below %(threshold)s."),
    "vote.below_share": _("The leading side's share %(share)s is below %(threshold)s."),
    "vote.below_floor": _("The winning side's mean confidence %(confidence)s is below %(floor)s."),
    "vote.tied": _("Two sides are level."),
    "vote.against": _("The panel would rather sell, with confidence %(confidence)s."),
    "trend.agrees": _(
        "The price stands %(distance_atr)s ATR from its 50-bar average, slope %(slope_atr)s ATR: it fits."
    ),
    "trend.doubts": _(
        "The price stands %(distance_atr)s ATR from its 50-bar average, slope %(slope_atr)s ATR: too little."
    ),
    "trend.objects": _("The 50-bar average (slope %(slope_atr)s ATR) points the other way."),
    "trend.abstains": _("No trend to judge (ADX %(adx)s)."),
    "momentum.agrees": _("RSI %(rsi)s and a 12-bar move of %(move_atr)s ATR fit."),
    "momentum.doubts": _("RSI %(rsi)s and a 12-bar move of %(move_atr)s ATR are not enough."),
    "momentum.objects": _("RSI %(rsi)s with %(burst_atr)s ATR in 3 bars speaks against an entry."),
    "momentum.abstains": _("No method for this family of strategies."),
    "volume.agrees": _(
        "Volume %(volume_ratio)s times the usual, close at %(close_place)s of the bar's range: it fits."
    ),
    "volume.doubts": _(
        "Volume %(volume_ratio)s times the usual, close at %(close_place)s of the bar's range: too little."
    ),
    "volume.objects": _("Heavy volume (%(volume_ratio)s times the usual) with a close near the low."),
    "volume.abstains": _("Nothing to say about a volume of %(volume_ratio)s times the usual."),
    "panel.no_readings": _("This candle cannot be measured: too little history, or none."),
    "panel.over_budget": _("Not asked: today's AI budget is spent."),
    "ai.late": _("No answer within the deadline."),
    "ai.unauthorised": _("The vendor refused the key."),
    "ai.rate_limited": _("The vendor's rate limit was reached."),
    "ai.quota": _("The vendor's quota is spent."),
    "ai.overloaded": _("The vendor was overloaded."),
    "ai.unreachable": _("The vendor could not be reached."),
    "ai.refused": _("The model refused or did not finish."),
    "ai.malformed": _("The answer was not valid."),
    "ai.bad_request": _("The vendor did not accept the question."),
    "ai.failed": _("The vendor failed."),
    "ai.over_budget": _("Not asked: today's AI budget is spent."),
    "ai.no_confidence": _("A vote with no confidence does not count."),
}


def sentence_of(reason: str) -> str:
    """A recorded reason in the reader's language; what a model said itself ("ai.said:...") as it is."""
    code, _colon, facts = reason.partition(":")
    if code == "ai.said":
        return facts
    if code not in SENTENCES:
        return reason
    named = dict(fact.split("=", 1) for fact in facts.split(",") if "=" in fact)
    return str(SENTENCES[code]) % named
