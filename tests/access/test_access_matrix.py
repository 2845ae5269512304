"""Every route, page, API and socket, in every role and in every part that a person can have in another's: one table."""

import pytest

from accounts.teams.selectors import readers_of
from cryptouniverse.realtime.sessions import visitor_of
from tests.access.matrix import MATRIX
from tests.access.rows import ROLES
from tests.access.stage import PARTS
from tests.access.walking import address_of, routes_and_methods, walk, written_only
from tests.people import browser

# a look at every kind of answer; every role in every part is the long proof's
SOME = [("admin", "owner"), ("trader", "team_viewer")]


def test_every_route_has_a_row_and_every_row_a_route():
    there = routes_and_methods()

    assert sorted(there - set(MATRIX)) == []
    assert sorted({path for _, path in MATRIX} - {path for _, path in there}) == []


def test_a_page_without_a_row_for_reading_cannot_be_read(stage):
    owner = stage.people["owner"]
    owner.role = "admin"  # whose role would let them: the method alone is refused
    owner.save()
    client = browser(owner)
    pages = [path for path in written_only() if not path.startswith("api/v1/")]

    assert len(pages) > 20
    assert {client.get(address_of(path, stage.ids)).status_code for path in pages} == {405}


def test_a_stranger_without_a_session_gets_what_is_open_and_no_more(stage):
    assert list(walk(stage, role=None, part="stranger")) == []


@pytest.mark.parametrize(("role", "part"), SOME)
def test_the_answer_is_the_tables(stage, role, part):
    assert list(walk(stage, role=role, part=part)) == []


@pytest.mark.soak
@pytest.mark.parametrize("role", ROLES)
def test_the_answer_is_the_tables_in_every_part(stage, role):
    everybody = type(stage.people["owner"]).objects.filter(pk__in=[person.pk for person in stage.people.values()])
    for part in PARTS:
        everybody.update(role="trader")  # only the walker's role differs: what Olga gave counts as far as hers goes
        assert list(walk(stage, role=role, part=part)) == []


def test_a_row_that_is_wrong_is_found(stage, monkeypatch):
    key = ("POST", "api/v1/bots/<uuid:bot_id>/pause")
    monkeypatch.setitem(MATRIX, key, MATRIX["GET", "api/v1/bots/<uuid:bot_id>"])

    assert list(walk(stage, role="trader", part="team_viewer")) != []


def test_hints_of_a_portfolio_reach_whom_the_table_lets_look_at_it(stage):
    row = MATRIX["GET", "desk/panels/"]
    readers = readers_of([stage.portfolio.public_id])[stage.portfolio.public_id]

    may = {p for p in PARTS if p != "owner" and row.expected(role="trader", part=p, page=True) == 0}
    assert readers == {stage.people[part].public_id for part in may}


@pytest.mark.parametrize("role", ROLES)
def test_a_socket_opens_for_the_roles_that_the_table_names(stage, role):
    person = stage.people["team_viewer"]
    type(person).objects.filter(pk=person.pk).update(role=role)
    person.refresh_from_db()
    session = browser(person).session.session_key
    wanted = MATRIX["GET", "ws:ws/live/"].expected(role=role, part="team_viewer", page=False) == 0

    assert (visitor_of(session, "portfolio:read") is not None) == wanted
