"""The pages of webhooks: what a person sees and presses, and that a secret is shown once."""

import pytest

from accounts.webhooks.models import Delivery, Endpoint
from accounts.webhooks.services import deliver_due
from cryptouniverse.wiring import WIRING, offer_webhooks, show_webhooks
from tests.accounts.webhooks_stage import enveloped, given_deliveries, given_endpoint, receiving, topped_up
from tests.people import browser, member

FORM = {"url": "https://hooks.example.com/cu", "description": "My server", "events": ["credits.*"]}


@pytest.fixture
def alice(acme):
    return member("alice@acme.example")


@pytest.fixture
def page(alice):
    return browser(alice)


def text(answer):
    return " ".join(answer.content.decode().split())


def at(row, verb=""):
    return f"/webhooks/{row.public_id}/{verb}"


def test_without_one_the_page_says_what_it_is_good_for(page):
    said = text(page.get("/webhooks/"))
    assert "No webhook yet" in said and "each message is signed" in said
    assert 'aria-current="page" title="Webhooks"' in said


def test_adding_shows_the_secret_this_once(page):
    said = text(page.get("/webhooks/add/"))
    assert 'value="*" checked' in said and "credits.topped_up" in said and "whole_tenant" not in said

    answer = page.post("/webhooks/add/", FORM)
    row = Endpoint.objects.get()
    assert row.patterns == ["credits.*"] and "It is shown this once" in text(answer) and "whsec_" in text(answer)
    assert "no-store" in answer["Cache-Control"]
    for place in (at(row), "/webhooks/", at(row, "panels/")):
        assert "whsec_" not in text(page.get(place))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"url": ""}, "Give the address of your server"),
        ({"url": "https://192.168.1.1/"}, "It must have a public name"),
        ({"url": "http://hooks.example.com/"}, "It must begin with https://"),
        ({"events": []}, "Choose at least one kind of event"),
        ({"events": ["trading.candles_closed"]}, "There is no kind of event called"),
        ({"whole_tenant": "on"}, "Only administrators may receive"),
    ],
)
def test_a_form_with_a_fault_says_which_and_keeps_what_was_typed(page, change, words):
    answer = page.post("/webhooks/add/", {**FORM, **change})
    assert answer.status_code in {403, 422} and words in text(answer)
    assert 'value="My server"' in text(answer) and not Endpoint.objects.exists()


def test_it_is_changed_by_the_same_form(page, alice):
    row, _ = given_endpoint(alice, description="Old")
    said = text(page.get(at(row, "change/")))
    assert 'value="Old"' in said and 'value="*" checked' in said

    refused = page.post(at(row, "change/"), {**FORM, "url": "https://10.0.0.1/"})
    assert refused.status_code == 422 and "It must have a public name" in text(refused)
    assert page.post(at(row, "change/"), {**FORM, "events": []}).status_code == 422
    assert "What waits goes to the new address" in text(page.post(at(row, "change/"), FORM, follow=True))
    row.refresh_from_db()
    assert (row.description, row.patterns) == ("My server", ["credits.*"])


def test_an_administrator_may_have_everybodys_events(acme):
    page = browser(member("admin@acme.example", role="admin"))
    assert "whole_tenant" in text(page.get("/webhooks/add/"))
    page.post("/webhooks/add/", {**FORM, "events": ["trading.candles_closed"], "whole_tenant": "on"})
    assert Endpoint.objects.get().whole_tenant


def test_what_was_sent_and_what_went_wrong_is_there_to_read(page, alice):
    with receiving(lambda number, _: 200 if number == 0 else 302) as receiver:
        row, _ = given_endpoint(alice, receiver.url, description="My server")
        given_deliveries(alice, 2)
        deliver_due(endpoint_id=row.public_id)

    said = text(page.get(at(row)))
    for words in ("Delivered", "Trying again", "It fails at the moment", "credits.topped_up", "Send a test"):
        assert words in said
    assert "Trying again" not in text(page.get(at(row), {"state": "delivered"}))
    failed = text(page.get(f"/webhooks/deliveries/{Delivery.objects.get(state='pending').public_id}/"))
    assert "redirects are not followed" in failed and "&quot;sequence&quot;: 2" in failed


def test_each_button_does_what_it_says(page, alice):
    row, _ = given_endpoint(alice)
    given_deliveries(alice)
    delivery = Delivery.objects.get()

    assert "A test is on its way" in text(page.post(at(row, "test/"), follow=True))
    again = page.post(f"/webhooks/deliveries/{delivery.public_id}/replay/", follow=True)
    assert "It is sent again, under the same id" in text(again)
    assert "Switched off" in text(page.post(at(row, "off/"), follow=True))
    assert "switch it on first" in text(page.post(at(row, "test/"), follow=True))
    assert "Switched on" in text(page.post(at(row, "on/"), follow=True))
    Delivery.objects.filter(pk=delivery.pk).update(state="dead", next_attempt_at=None, ended_at=delivery.created_at)
    assert "1 event is sent again." in text(page.post(at(row, "replay/"), {"days": "1"}, follow=True))
    rotated = text(page.post(at(row, "rotate/"), {"overlap_hours": "24"}))
    assert "whsec_" in rotated and "For 24 hours the old secret signs beside it." in rotated
    assert "The webhook is deleted" in text(page.post(at(row, "delete/"), follow=True))
    assert page.get(at(row)).status_code == 404


@pytest.mark.parametrize(("verb", "form"), [("rotate/", {"overlap_hours": "999"}), ("replay/", {"days": "4000"})])
def test_what_the_page_does_not_offer_is_refused(page, alice, verb, form):
    row, _ = given_endpoint(alice)
    assert "Select a valid choice" in text(page.post(at(row, verb), form, follow=True))
    assert row.secrets.count() == 1


def test_dangerous_things_ask_first(page, alice):
    row, _ = given_endpoint(alice)
    for name, words in (("delete", "cannot be undone"), ("rotate", "by both"), ("replay", "under the id it had")):
        said = text(page.get(f"{at(row)}?open={name}"))
        assert f'<dialog id="{name}"' in said and "open data-opened" in said and words in said


def test_a_part_of_the_page_is_refreshed(page, alice):
    row, _ = given_endpoint(alice)
    assert 'id="panel-webhooks"' in text(page.get("/webhooks/panels/?only=webhooks"))
    assert 'id="panel-webhook"' in text(page.get(at(row, "panels/?only=all")))
    assert page.get(at(row, "panels/?only=positions")).status_code == 204
    assert page.get("/webhooks/add/panels/").status_code == 204
    assert WIRING["webhooks.switched_off"] == (show_webhooks,)


def test_the_wiring_offers_what_happened(alice):
    given_endpoint(alice)
    offer_webhooks([enveloped(topped_up(alice))])
    assert Delivery.objects.count() == 1


def test_somebody_elses_webhook_is_not_there(alice):
    row, _ = given_endpoint(alice, description="The vault")
    given_deliveries(alice)
    eve = browser(member("eve@acme.example", role="admin"))

    assert eve.get(at(row)).status_code == eve.get(at(row, "panels/")).status_code == 404
    for verb in ("change/", "on/", "off/", "test/", "rotate/", "replay/", "delete/"):
        assert eve.post(at(row, verb), {"days": "1", "overlap_hours": "0"}).status_code == 404
    delivery = f"/webhooks/deliveries/{Delivery.objects.get().public_id}/"
    assert eve.get(delivery).status_code == eve.post(f"{delivery}replay/").status_code == 404
    assert "The vault" not in text(eve.get("/webhooks/"))


def test_a_viewer_sees_and_presses_nothing(acme):
    viewer = member("viewer@acme.example", role="viewer")
    row, _ = given_endpoint(viewer)
    page = browser(viewer)
    said = text(page.get(at(row)))
    for words in ("Delete this webhook", "Replace the secret", "Send a test"):
        assert words not in said
    assert page.get("/webhooks/add/").status_code == 403
    assert page.post(at(row, "delete/")).status_code == 403
