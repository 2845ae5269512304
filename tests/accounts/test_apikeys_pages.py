"""The pages of API keys: made, shown once, replaced, revoked; errors say what to do."""

import re

import pytest

from accounts.apikeys.models import ApiKey
from accounts.apikeys.services import create_key
from tests.people import browser, member

KEY = re.compile(r"cu_[a-z2-7]{16}_[a-z2-7]{52}")


@pytest.fixture
def ann(acme):
    return member("ann@acme.example")


@pytest.fixture
def page(ann):
    return browser(ann)


def made(page, **changed):
    return page.post("/keys/create/", {"name": "Bot", "scopes": ["trading:read"], "expires": "90", **changed})


def test_a_key_is_made_shown_in_the_answer_and_never_again(page, ann):
    answer = made(page, networks="198.51.100.0/24\n\n 2001:db8::/32 ")
    row = ApiKey.objects.get()

    key = KEY.search(answer.content.decode())
    assert answer.status_code == 201 and key and "no-store" in answer["Cache-Control"]
    assert row.user == ann and row.networks == ["198.51.100.0/24", "2001:db8::/32"] and row.expires_at
    for path in ("/keys/", f"/keys/{row.public_id}/"):
        assert not KEY.search(page.get(path).content.decode())


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": ""}, "Give it a name"),
        ({"scopes": []}, "at least one thing"),
        ({"scopes": ["users:write"]}, "users:write"),
        ({"networks": "somewhere"}, "somewhere is no address"),
    ],
)
def test_what_cannot_be_is_said_in_the_open_form_which_keeps_what_was_typed(page, changed, said):
    answer = made(page, **changed)

    text = answer.content.decode()
    assert answer.status_code == 422 and said in text and "data-opened" in text
    assert not ApiKey.objects.exists()


def test_the_form_offers_what_the_role_may_and_explains_it(page, acme):
    text = page.get("/keys/?open=create").content.decode()

    assert "See trading" in text and "See orders, bots" in text and "users:write" not in text
    assert 'value="users:write"' in browser(member("boss@acme.example", role="admin")).get("/keys/").content.decode()


def test_an_administrator_makes_a_key_for_a_program(acme):
    program, page = member("bot@acme.example", role="api"), browser(member("boss@acme.example", role="admin"))

    assert "bot@acme.example" in page.get("/keys/").content.decode()
    assert made(page, owner=str(program.public_id)).status_code == 201
    assert ApiKey.objects.get().user == program


def test_a_key_is_renamed_replaced_and_revoked(page, ann):
    row, _ = create_key(owner=ann, actor=ann, name="Bot", scopes=["trading:read"])
    home = f"/keys/{row.public_id}/"

    assert page.post(f"{home}rename/", {"name": "Other"})["Location"] == home
    rotated = page.post(f"{home}rotate/", {"overlap_hours": "24"}).content.decode()
    assert KEY.search(rotated) and "The old key works until" in rotated
    assert "Replaced by" in page.get(home).content.decode()
    assert page.post(f"{home}rotate/", {"overlap_hours": "24"}, follow=True).content.decode().count("no longer in use")
    page.post(f"{home}revoke/")
    row.refresh_from_db()
    assert (row.name, row.status) == ("Other", "revoked")
    assert "1 key that has ended" in page.get("/keys/").content.decode()


@pytest.mark.parametrize("path", ["", "rename/", "rotate/", "revoke/"])
def test_somebody_elses_key_has_no_page(page, acme, path):
    eve = member("eve@acme.example")
    row, _ = create_key(owner=eve, actor=eve, name="Hers", scopes=["trading:read"])
    address = f"/keys/{row.public_id}/{path}"

    assert (page.post(address, {"name": "x"}) if path else page.get(address)).status_code == 404
    row.refresh_from_db()
    assert row.status == "active" and row.name == "Hers"


def test_programs_have_no_pages(acme):
    assert browser(member("bot@acme.example", role="api")).get("/keys/").status_code == 403
