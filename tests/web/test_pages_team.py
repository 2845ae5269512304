"""The page of the team, and the desk of a portfolio that is somebody else's."""

from tests.people import browser, member


def page_of(person, path="/settings/team/"):
    return browser(person).get(path).content.decode()


def test_the_page_says_who_is_in_the_team_and_what_is_shared(stage):
    html = page_of(stage.people["owner"])

    assert "Desk" in html and "waiting@acme.example" in html and "Elsewhere" in html
    assert f"/settings/team/shares/{stage.ids['share_id']}/end/" in html
    assert "Aside" in html and "Move cash" in html


def test_who_only_looks_on_is_offered_nothing_to_change(stage):
    viewer = stage.people["team_viewer"]
    type(viewer).objects.filter(pk=viewer.pk).update(role="viewer")

    html = page_of(viewer)

    assert "Desk" in html and "/invite/" not in html and "Offer it" not in html and "/role/" not in html
    assert html.count("/end/") == 1  # to leave


def test_words_that_somebody_chose_are_no_markup(stage):
    eve = member("eve@acme.example", display_name="<b>Eve</b>")
    client = browser(eve)

    client.post("/settings/team/create/", {"name": "<script>1</script>"})

    html = client.get("/settings/team/").content.decode()
    assert "<script>1" not in html and "<b>Eve" not in html and "&lt;script&gt;1" in html


def test_anothers_desk_shows_the_portfolio_and_neither_credits_nor_connection(stage):
    html = page_of(stage.people["team_viewer"], f"/?portfolio={stage.portfolio.public_id}")

    assert "Olga" in html and "bot" in html
    assert 'id="panel-credits"' not in html and 'id="panel-connection"' not in html
    assert 'data-open="stop" aria-disabled="true"' in html


def test_who_may_trade_there_may_stop_it_and_who_only_looks_may_not(stage):
    sent = {"portfolio": stage.ids["portfolio_id"], "reason": "storm"}

    assert browser(stage.people["team_viewer"]).post("/desk/stop/", sent).status_code == 403
    assert browser(stage.people["team_trader"]).post("/desk/stop/", sent).status_code == 302
    assert "storm" in page_of(stage.people["owner"], "/")


def test_a_delegation_of_too_many_days_is_refused_in_words(stage):
    client = browser(stage.people["owner"])
    sent = {
        "portfolio": stage.ids["portfolio_id"], "email": "x@acme.example", "permissions": ["trading:execute"],
        "until": "2099-01-01",
    }  # fmt: skip

    answer = client.post("/settings/team/delegations/", sent, follow=True)

    assert "90 days from now at most" in answer.content.decode()
