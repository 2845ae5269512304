"""Rule documents for tests: parts of them, twins of catalogue strategies, and documents by chance."""

from __future__ import annotations

from trading.indicators.registry import indicators


def price(field="close", **more):
    return {"is": "price", "field": field, **more}


def number(value):
    return {"is": "number", "value": value}


def ref(name):
    return {"is": "parameter", "name": name}


def line(name, output=None, *, shift=0, offset_bps=0, **settings):
    """An indicator; a setting that is a text is a parameter's name."""
    sent = {key: ref(value) if isinstance(value, str) else value for key, value in settings.items()}
    more = {"output": output} if output else {}
    more |= {"shift": shift} if shift else {}
    more |= {"offset_bps": offset_bps} if offset_bps else {}
    return {"is": "indicator", "name": name, "set": sent, **more}


def above(left, right):
    return {"is": "above", "left": left, "right": right}


def below(left, right):
    return {"is": "below", "left": left, "right": right}


def every(*each):
    return {"is": "all", "of": list(each)}


def either(*each):
    return {"is": "any", "of": list(each)}


def no(one):
    return {"is": "not", "of": one}


def declared(name, default, low, high, step, kind="int"):
    numbers = {"default": default, "low": low, "high": high, "step": step}
    return {"name": name, "kind": kind, **numbers, "meaning": f"What {name} is"}


def document(enter_long, exit_long=None, *, parameters=(), patience=1, stop_bps=300, target_bps=900, **more):
    found = {"format": 1, "name": "My rules", "enter_long": enter_long, "patience": patience, **more}
    found |= {"exit_long": exit_long} if exit_long else {}
    return {**found, "parameters": list(parameters), "stop_bps": stop_bps, "target_bps": target_bps}


TWINS = {
    "donchian_breakout": document(
        above(price(), line("donchian", "upper", period="entry")),
        below(price(), line("donchian", "lower", period="exit")),
        parameters=[
            declared("entry", 24, 5, 200, 6),
            declared("exit", 12, 3, 100, 3),
            declared("patience", 72, 10, 300, 12),
        ],
        patience=ref("patience"),
        target_bps=1200,
        judged_as="breakout",
    ),
    "moving_average_cross": document(
        above(line("sma", period="fast"), line("sma", period="slow", offset_bps=ref("band_bps"))),
        parameters=[
            declared("fast", 12, 3, 100, 3),
            declared("slow", 48, 10, 300, 6),
            declared("band_bps", 10, 1, 500, 5),
        ],
    ),
    "rsi_reversion": document(
        below(line("rsi", period="period"), ref("oversold")),
        above(line("rsi", period="period"), ref("recovered")),
        parameters=[
            declared("period", 14, 2, 50, 1),
            declared("oversold", 30, 5, 45, 2.5, "float"),
            declared("recovered", 55, 40, 90, 2.5, "float"),
            declared("stay", 48, 4, 200, 4),
        ],
        patience=ref("stay"),
        stop_bps=250,
        target_bps=500,
        judged_as="mean_reversion",
    ),
    "bollinger_reversion": document(
        below(price(), line("bollinger", "lower", period="period", width="width")),
        above(price(), line("bollinger", "middle", period="period", width="width")),
        parameters=[
            declared("period", 20, 10, 150, 5),
            declared("width", 2, 1, 3, 0.25, "float"),
            declared("stay", 36, 4, 150, 4),
        ],
        patience=ref("stay"),
        target_bps=600,
        judged_as="mean_reversion",
    ),
    "heavy_breakout": document(
        every(
            above(price(), line("highest_close", period="period")),
            above(line("relative_volume", period="period"), ref("times")),
        ),
        below(price(), line("sma", period="calm")),
        parameters=[
            declared("period", 36, 8, 150, 4),
            declared("times", 1.5, 1, 5, 0.25, "float"),
            declared("calm", 30, 5, 100, 5),
            declared("stay", 48, 4, 150, 6),
        ],
        patience=ref("stay"),
        judged_as="breakout",
    ),
    "money_flow_turn": document(
        below(line("money_flow_index", period="period"), number(22.5)),
        above(line("money_flow_index", period="period"), number(50)),
        enter_short=above(line("money_flow_index", period="period"), number(77.5)),
        exit_short=below(line("money_flow_index", period="period"), number(50)),
        parameters=[declared("period", 14, 5, 60, 1), declared("stay", 24, 2, 100, 4)],
        patience=ref("stay"),
        target_bps=600,
        judged_as="mean_reversion",
    ),
}

RULES = TWINS["rsi_reversion"]


def chance_operand(noise, *, constant=False):
    if constant and noise.random() < 0.3:
        return number(round(float(noise.uniform(0, 120)), 2))
    shift = int(noise.integers(0, 4))
    if noise.random() < 0.3:
        return price(str(noise.choice(["open", "high", "low", "close", "volume"])), shift=shift)
    settled = [each for each in indicators().values() if not each.cumulative and not each.days]
    chosen = settled[int(noise.integers(len(settled)))]
    output = chosen.outputs[int(noise.integers(len(chosen.outputs)))]
    return line(chosen.name, output, shift=shift, offset_bps=int(noise.integers(-50, 50)))


def chance_condition(noise, depth=0):
    kinds = ["above", "below", "crosses_above", "crosses_below", "between", "rising", "falling"]
    kind = str(noise.choice(kinds + ["all", "any", "not", "within"] * (depth < 3)))
    bars = int(noise.integers(1, 4))
    if kind in {"all", "any"}:
        return {"is": kind, "of": [chance_condition(noise, depth + 1) for _ in range(int(noise.integers(1, 4)))]}
    if kind in {"not", "within"}:
        more = {"bars": bars} if kind == "within" else {}
        return {"is": kind, "of": chance_condition(noise, depth + 1), **more}
    if kind in {"rising", "falling"}:
        return {"is": kind, "value": chance_operand(noise), "bars": bars}
    if kind == "between":
        low, high = sorted(float(each) for each in noise.uniform(0, 120, 2))
        return {"is": kind, "value": chance_operand(noise), "low": number(low), "high": number(high)}
    return {"is": kind, "left": chance_operand(noise), "right": chance_operand(noise, constant=True)}


def chance_document(noise):
    """A document that has the shape of the schema; it may contradict itself."""
    sides = {"enter_short": chance_condition(noise), "exit_short": chance_condition(noise)}
    more = sides if noise.random() < 0.5 else {}
    return document(chance_condition(noise), chance_condition(noise), patience=int(noise.integers(1, 30)), **more)
