"""The pages of rule sets: put together in a form, checked, kept, seen as JSON, exported, imported, run."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cryptouniverse.web.rules_forms import completed, document_in
from strategies.backtest.models import Run
from strategies.builder.models import RuleSet, RuleSetVersion
from strategies.builder.rules.compiling import checked_document
from strategies.builder.rules.reading import hash_of
from tests.people import browser, member
from tests.strategies.rule_documents import RULES, TWINS, above, document, either, every, line, no, price
from tests.trading.marketdata_cast import candles, given_candles
from tests.web.test_pages_lab import FORM

pytestmark = pytest.mark.django_db


class Inputs(HTMLParser):
    """What a browser would send of the form: inputs whose name is a pointer."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        if tag == "input" and said.get("name", "") and said.get("name") != "csrfmiddlewaretoken":
            self.sent[said["name"]] = said.get("value") or ""
        elif tag == "select":
            self._select = said["name"]
        elif tag == "option" and self._select and ("selected" in said or self._select not in self.sent):
            self.sent[self._select] = said["value"]


def form(answer):
    return Inputs(answer.content.decode().split('id="r-form"')[1]).sent


@pytest.fixture
def alice(acme):
    return browser(member("alice@example.com"))


def test_rules_are_put_together_checked_and_kept(alice):
    sent = form(alice.get(reverse("rules-new")))
    grouped = form(alice.post(reverse("rules-edit"), {**sent, "/enter_long/is": "all"}))
    assert grouped["/enter_long/of/0/right/name"] == "sma"
    two = form(alice.post(reverse("rules-edit"), {**grouped, "do": "add /enter_long/of"}))
    banded = form(alice.post(reverse("rules-edit"), {**two, "/enter_long/of/1/right/name": "bollinger"}))
    assert banded["/enter_long/of/1/right/output"] == "upper"
    left = form(alice.post(reverse("rules-edit"), {**banded, "do": "rule /exit_long"}))
    turned = form(alice.post(reverse("rules-edit"), {**left, "/exit_long/is": "below", "do": "parameter"}))
    ready = {**turned, "/enter_long/of/0/right/set/period": "number_1", "/name": "Mine"}
    page = alice.post(reverse("rules-edit"), {**ready, "do": "check", "/stop_bps": "0"}).content.decode()
    assert "<code>/stop_bps</code> It must be 1 or more, is 0." in page
    assert RuleSet.objects.count() == 0

    made = alice.post(reverse("rules-create"), ready)
    assert made.status_code == 302
    assert alice.post(reverse("rules-create"), ready).url == made.url, "sent twice, it is kept once"
    kept = RuleSetVersion.objects.get().document
    assert kept["enter_long"]["of"][0]["right"]["set"] == {"period": {"is": "parameter", "name": "number_1"}}
    assert [each["name"] for each in kept["parameters"]] == ["number_1"]
    assert (kept["exit_long"]["is"], kept["name"]) == ("below", "Mine")


def test_the_enter_key_checks_and_changes_nothing(alice):
    page = alice.get(reverse("rules-new")).content.decode().split('id="r-form"')[1]
    assert 'name="do" value="check"' in page.split('type="submit"')[1].split(">")[0]


def test_what_is_wrong_is_said_and_nothing_is_kept(alice):
    sent = form(alice.get(reverse("rules-new")))
    answer = alice.post(reverse("rules-create"), {**sent, "/name": "Mine", "/enter_long/right/set/period": "1"})
    assert answer.status_code == 422
    assert "/enter_long/right/set/period" in answer.content.decode()
    assert form(answer)["/enter_long/right/set/period"] == "1"
    for raw in ("{", "[]", '{"enter_long": {"is": {}}}', '{"patience": {}}', "[" * 30_000):
        for route in ("rules-create", "rules-edit"):
            assert alice.post(reverse(route), {"do": "raw", "raw": raw}).status_code in {200, 422}
    for odd in (
        {"/0": "1"},
        {"/enter_long/left/0": "x"},
        {"/a" * 40: "1"},
        {"/patience/is": "x"},
        {"/stop_bps": "1e999"},
        {"/enter_long/is": "all", "/enter_long/of/0/is": "above", "do": "remove /enter_long/of/²"},
        {"/enter_long/is": "all", "/enter_long/of/0/is": "above", "do": f"remove /enter_long/of/{'9' * 5000}"},
    ):
        assert alice.post(reverse("rules-edit"), {**sent, **odd}).status_code == 200
    assert document_in({f"/enter_long/of/{'9' * 5000}/is": "above"})["enter_long"]["is"] == "above"
    assert RuleSet.objects.count() == 0


def test_a_version_is_saved_on_top_of_the_one_that_was_read(alice):
    alice.post(reverse("rules-create"), {"do": "raw", "raw": json.dumps(RULES)})
    made = RuleSet.objects.get()
    sent = form(alice.get(reverse("rules-one", args=[made.public_id])))
    save = reverse("rules-save", args=[made.public_id])
    assert alice.post(save, {**sent, "/stop_bps": "99"}).status_code == 302
    late = alice.post(save, {**sent, "/stop_bps": "98"})
    assert (late.status_code, RuleSetVersion.objects.count()) == (422, 2)
    assert "Version 2 was saved meanwhile" in late.content.decode()
    older = alice.get(reverse("rules-one", args=[made.public_id]), {"version": "1"})
    assert form(older)["/stop_bps"] == str(RULES["stop_bps"])


def test_it_is_exported_imported_run_and_deleted(alice):
    given_candles(candles(600))
    alice.post(reverse("rules-create"), {"do": "raw", "raw": json.dumps(TWINS["moving_average_cross"])})
    made = RuleSet.objects.get()
    file = alice.get(reverse("rules-export", args=[made.public_id])).content
    alice.post(reverse("rules-create"), {"do": "raw", "file": SimpleUploadedFile("rules.json", file)})
    assert len(set(RuleSetVersion.objects.values_list("hash", flat=True))) == 1
    assert RuleSetVersion.objects.count() == 2

    name = f"rules:{made.public_id}:1"
    lab = alice.get(reverse("lab"), {"strategy": name}).content.decode()
    assert f'<option value="{name}" selected>{made.name}</option>' in lab
    assert 'name="p_band_bps"' in lab
    alice.post(reverse("lab-start"), {**FORM, "strategy": name})
    assert Run.objects.get().strategy == name
    assert f"{made.name} 1" in alice.get(reverse("lab")).content.decode()
    refused = alice.post(reverse("rules-delete", args=[made.public_id]), follow=True).content.decode()
    assert "in use (bots: 0, backtests: 1, searches: 0, followed: 0)" in refused
    other = RuleSet.objects.exclude(pk=made.pk).get()
    alice.post(reverse("rules-delete", args=[other.public_id]))
    assert list(RuleSet.objects.all()) == [made]


def test_somebody_elses_rules_are_not_there(alice):
    alice.post(reverse("rules-create"), {"do": "raw", "raw": json.dumps(RULES)})
    made = RuleSet.objects.get()
    bob = browser(member("bob@example.com"))
    for route in ("rules-one", "rules-export"):
        assert bob.get(reverse(route, args=[made.public_id])).status_code == 404
    for route in ("rules-save", "rules-delete"):
        assert (
            bob.post(reverse(route, args=[made.public_id]), {"do": "raw", "raw": json.dumps(RULES)}).status_code == 404
        )
    assert bob.post(reverse("rules-edit"), {"rule_set": str(made.public_id)}).status_code == 404
    assert str(made.public_id) not in bob.get(reverse("rules")).content.decode()


MANY = document(
    every(
        no(above(price(), line("sma", period=9))),
        {"is": "within", "of": above(price("high"), price(shift=2)), "bars": 3},
    ),
    {"is": "between", "value": line("bollinger", "upper"), "low": price("low", offset_bps=-5), "high": price("high")},
    patience=9,
)


def between(n):
    return {"is": "between", "value": line("macd", "macd"), "low": line("macd", "signal", shift=n), "high": FAR}


FAR = line("bollinger", "upper", shift=3)
LONG = document(every(*(either(*(between(n + 20 * part) for n in range(1, 19))) for part in range(3))))


@pytest.mark.parametrize("raw", [*TWINS.values(), MANY, LONG])
def test_a_document_goes_through_the_form_unchanged(alice, raw, settings):
    answer = alice.post(reverse("rules-edit"), {"do": "raw", "raw": json.dumps(raw)})
    back = checked_document(document_in(form(answer)))
    assert hash_of(back) == hash_of(checked_document({"judged_as": "trend", **completed(raw)}))
    assert "What is wrong" not in answer.content.decode()
    assert len(form(answer)) < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
