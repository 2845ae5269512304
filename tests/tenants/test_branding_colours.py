"""Colours: computed as the look's own table has them, and never unreadable."""

import re
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.branding.colour import Oklch, contrast, from_hex
from tenants.branding.contrast import PAIRS, lowest, ratios, roles, roles_in
from tenants.branding.selectors import colours_from
from tenants.branding.types import CHROMA_MAX, Colours
from tests.architecture.sources import ROOT

# front, ground, dark, light: what the look states of its default brand, computed elsewhere
STATED = """
text bg 17.03 15.09 / text raised 14.83 15.91 / text-2 pressed 7.69 6.91 / text-3 accent-soft 5.25 5.33
accent bg 8.53 5.80 / accent accent-soft 6.52 5.60 / on-accent accent-fill 7.90 6.46 / on-accent accent-over 9.97 8.56
gain gain-soft 7.81 5.51 / loss raised 6.51 5.88 / warn warn-soft 8.17 5.24 / on-fill loss-fill 6.72 6.21
edge bg 4.19 3.28 / accent-fill pressed 6.30 5.40 / cat-3 panel 4.05 3.39 / cat-5 panel 4.06 3.31
"""


@pytest.mark.parametrize("row", [row.split() for row in re.split(r"/|\n", STATED) if row.strip()], ids="-".join)
def test_the_ratios_are_those_that_the_look_states(row):
    front, ground, dark, light = row
    found = {(r.theme, r.front, r.ground): r.ratio for r in ratios(Colours())}

    assert f"{found['dark', front, ground]:.2f}" == dark
    assert f"{found['light', front, ground]:.2f}" == light


def test_black_on_white_is_twenty_one_and_a_colour_on_itself_one():
    black, white = from_hex("#000"), from_hex("ffffff")

    assert round(contrast(black, white), 2) == 21
    assert contrast(white, white) == 1


@given(st.integers(0, 0xFFFFFF))
def test_a_colour_comes_back_from_its_hue_chroma_and_lightness(number):
    assert from_hex(f"#{number:06x}").hex() == f"#{number:06x}"


def test_every_brand_that_can_be_set_can_be_read():
    dice = Random(7)  # noqa: S311  # any sample will do
    for _ in range(60):
        colours = colours_from(f"#{dice.randrange(0x1000000):06x}", tint=Decimal(dice.randrange(21)) / 1000, radius=6)
        assert colours.chroma <= CHROMA_MAX
        assert lowest(colours).passes, colours


def test_lightness_is_dropped():
    light, dark = (colours_from(Oklch(step, 0.08, 200).hex(), tint=Decimal("0.01"), radius=6) for step in (0.8, 0.5))

    assert abs(light.hue - dark.hue) < 2 and abs(light.chroma - dark.chroma) < Decimal("0.005")


def test_a_token_that_is_too_pale_is_caught():
    css = (ROOT / "static/css/tokens.css").read_text()
    planted = css.replace("--text-3:      light-dark(oklch(0.490", "--text-3:      light-dark(oklch(0.640")
    assert planted != css

    worst = lowest(Colours(), roles_in(planted))

    assert not worst.passes and (worst.front, worst.theme) == ("text-3", "light")


def test_every_role_of_the_pairs_is_a_token():
    named = {front for _, front, _ in PAIRS} | {ground for _, _, grounds in PAIRS for ground in grounds.split()}
    assert named <= set(roles())
    assert sum(len(grounds.split()) for _, _, grounds in PAIRS) == 61
