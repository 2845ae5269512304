"""Nobody sees a thing of anybody else: every route, method and foreign id, with every credential there is."""

import pytest

from credits.ledger.selectors import wallets_of
from cryptouniverse.kernel.tenancy import in_tenant
from tests.people import browser
from tests.tenants.canaries import FULL, answers, given_person, leaks, seen_by
from tests.web.stage import given_market
from trading.risk.models import RiskLimits

pytestmark = [pytest.mark.prove, pytest.mark.timeout(600)]

WHO_IS_IN_IT = ("audit", "api/v1/users", "settings/limits")


@pytest.fixture
def people(acme_ctx, bolt_ctx):
    """Alice and Eve are Acme's, Bob and Boss (an administrator) Bolt's; each full of strings of their own."""
    given_market()
    acme = [given_person(acme_ctx, name) for name in ("alice", "eve")]
    return [*acme, given_person(bolt_ctx, "bob"), given_person(bolt_ctx, "boss", role="admin")]


def crawl(client, viewer, people):
    """Ask for everything; (requests, leaks). An administrator may read their own tenant's audit, and who is in it."""
    foreign = _foreign(people, viewer)
    ids = [one for p in people if p is not viewer for one in p.ids]
    found, number = [], 0
    for asked, status, said in answers(client, ids):
        number += 1
        assert status < 500, f"{asked} answered {status}"
        may_see = viewer and viewer.name == "boss" and any(place in asked for place in WHO_IS_IN_IT)
        others = {name: own for name, own in foreign.items() if not (may_see and name == "bob")}
        found += leaks(said, asked, others)
    return number, found


def test_each_person_sees_their_own_strings(people):
    for person in people:
        said = seen_by(person)
        assert not [text for text in person.hidden if text in said]
        missing = [canary for canary in person.own if canary not in said]
        assert set(missing) <= {str(person.user.public_id)}  # who is told their own id sees it elsewhere
        for piece in ("name", "bot", "limit", "reason", "apikey"):
            assert f"{min(person.own - set(person.ids), key=len)}{piece}" in said


@pytest.mark.parametrize("name", ["alice", "eve", "bob", "boss"] if FULL else ["eve", "boss"])
def test_nobody_sees_anything_of_anybody_else(people, name):
    person = next(p for p in people if p.name == name)

    number, found = crawl(person.browser(), person, people)

    assert found == []
    assert number > 400


def test_nobody_changes_anything_of_anybody_else(people):
    alice, eve, *_ = people
    before = _state_of(alice)

    list(answers(eve.browser(), alice.ids))

    assert _state_of(alice) == before


def test_a_session_is_nothing_on_another_tenants_host(people):
    for person, host in [(people[0], "bolt.localhost"), (people[3], "acme.localhost")][: 2 if FULL else 1]:
        number, found = crawl(person.browser(host=host), None, people)
        assert found == []
        assert number > 300
        assert person.browser(host=host).get("/").status_code in {302, 401, 403}
        assert person.browser(host=host).get("/api/v1/portfolio").status_code in {401, 403}


def test_a_stranger_sees_nothing(people):
    number, found = crawl(browser(host="acme.localhost"), None, people)

    assert found == [] and number > 300


@pytest.mark.parametrize(("viewer", "leaked"), [("eve", {"alice", "bob", "boss"}), ("bob", {"alice", "eve", "boss"})])
def test_planted_leaks_are_found(people, settings, viewer, leaked):
    settings.ROOT_URLCONF = "tests.tenants.planted_leaks"
    person = next(p for p in people if p.name == viewer)
    found = []

    for path in ("/leak/users/", "/leak/tenants/"):
        said = person.browser().get(path).content.decode()
        found.append({line.partition(":")[0] for line in leaks(said, path, _foreign(people, person))})

    assert found[1] == leaked and found[0] < leaked and found[0]


def _foreign(people, viewer):
    """Whose strings may not be there; what is hidden, from its own person either."""
    others = {p.name: p.own | p.hidden for p in people if p is not viewer}
    return others | ({viewer.name: viewer.hidden} if viewer else {})


def _state_of(person):
    with in_tenant(person.tenant):
        limits = RiskLimits.objects.values().get(portfolio__owner=person.user)
        return limits, wallets_of([person.user.pk], "PRACTICE"), person.user.last_login
