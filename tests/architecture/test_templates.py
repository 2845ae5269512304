"""Every word of a page can be translated, and no page carries styles or scripts of its own (the CSP refuses them)."""

import pytest

from tests.architecture.pages import breaches_of, templates
from tests.architecture.sources import ROOT


def test_pages_say_nothing_untranslated_and_carry_no_code():
    found = [f"{file.relative_to(ROOT)}:{breach}" for file in templates() for breach in breaches_of(file.read_text())]
    assert found == []


def test_there_are_pages_to_look_at():
    assert len([*templates()]) > 20


@pytest.mark.parametrize(
    "planted",
    [
        "<p>Credits left</p>",
        '<p>{% translate "Credits" %} left</p>',
        "<p>{{ count }} bots</p>",
        '{% if empty %}<td colspan="2">Nothing yet</td>{% endif %}',
        '<button aria-label="Close">×</button>',
        '<input placeholder="{% translate "Amount" %} in dollars">',
        '<p style="color: red">{{ x }}</p>',
        "<style>p { color: red }</style>",
        "<script>alert(1)</script>",
        '<button onclick="stop()">{{ x }}</button>',
        "<title>{{ title }} · CryptoUniverse</title>",
    ],
)
def test_a_planted_breach_is_caught(planted):
    assert len(breaches_of(planted)) == 1


@pytest.mark.parametrize(
    "page",
    [
        '{% load i18n %}<p title="{% translate "Credits" %}">{% translate "Credits" %}: {{ credits }} USDT</p>',
        "{% blocktranslate with n=count %}{{ n }} bots{% endblocktranslate %} · USDT",
        "{# Credits left #}{% comment %}Credits left{% endcomment %}",
        '<script src="{% static "js/live.js" %}" defer></script><script type="application/json">{"word": 1}</script>',
    ],
)
def test_what_is_translated_is_let_through(page):
    assert breaches_of(page) == []
