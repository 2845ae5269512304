"""API keys on schedule: they fetch their successor themselves, in time, and their owners know."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.apikeys.errors import BadKey, KeyEnded, NotDueYet, NotOnSchedule, ScopeTooWide
from accounts.apikeys.models import ApiKey
from accounts.apikeys.services import create_key, renew_key, revoke_key, rotate_key, tell_of_ends
from accounts.security.models import Letter
from accounts.security.services.letters import send_waiting
from accounts.users.services import change_person
from accounts.users.types import Role
from cryptouniverse.kernel import clock
from tests.people import browser, member

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SELF = "/api/v1/auth/keys/self"


@pytest.fixture
def ann(acme):
    return member("ann@acme.example")


def given_key(owner, *scopes, **facts):
    if "expires_at" not in facts:
        facts = {"rotate_every_days": 30, **facts}
    return create_key(owner=owner, actor=owner, name="Bot", scopes=scopes or ["trading:read"], **facts)


def called(text, path=SELF, method="get"):
    return getattr(browser(host="acme.localhost"), method)(path, headers={"authorization": f"Bearer {text}"})


def letters():
    return list(Letter.objects.order_by("pk").values_list("kind", flat=True))


def test_a_key_fetches_its_successor_in_its_last_week_and_works_a_day_longer(ann):
    with clock.at(NOON):
        _row, text = given_key(ann, networks=["127.0.0.0/8"])
    with clock.at(NOON + timedelta(days=23)):
        known = called(text.reveal()).json()
        answer = called(text.reveal(), f"{SELF}/rotate", "post")
        new = answer.json()

        assert (known["rotate_every_days"], known["due_from"]) == (30, "2026-03-24T12:00:00Z")
        assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
        assert (new["name"], new["networks"], new["rotate_every_days"]) == ("Bot", ["127.0.0.0/8"], 30)
        assert new["expires_at"] == "2026-04-23T12:00:00Z"
    with clock.at(NOON + timedelta(days=23, hours=23)):
        assert [called(one).status_code for one in (text.reveal(), new["key"])] == [200, 200]
    with clock.at(NOON + timedelta(days=24, minutes=1)):
        assert [called(one).status_code for one in (text.reveal(), new["key"])] == [401, 200]
    assert letters() == ["key_renewed"]


def test_before_its_last_week_it_is_told_when(ann):
    with clock.at(NOON):
        row, text = given_key(ann)
    with clock.at(NOON + timedelta(days=23) - timedelta(seconds=1)):
        with pytest.raises(NotDueYet):
            renew_key(key=row)
        answer = called(text.reveal(), f"{SELF}/rotate", "post")

    assert (answer.status_code, answer.json()["facts"]["due_from"]) == (422, "2026-03-24T12:00:00+00:00")
    assert ApiKey.objects.count() == 1


def test_a_short_life_has_its_last_quarter(ann):
    with clock.at(NOON):
        row, _ = given_key(ann, rotate_every_days=4)

    assert row.due_from == NOON + timedelta(days=3)


def test_a_lost_answer_is_asked_for_again_until_the_new_key_is_used(ann):
    with clock.at(NOON):
        _row, old = given_key(ann)
    with clock.at(NOON + timedelta(days=29)):
        first = called(old.reveal(), f"{SELF}/rotate", "post").json()
        second = called(old.reveal(), f"{SELF}/rotate", "post").json()

        assert [called(one["key"]).status_code for one in (first, second)] == [401, 200]
        assert called(old.reveal(), f"{SELF}/rotate", "post").json()["code"] == "apikeys.ended"
        assert called(second["key"]).status_code == 200
    assert [row.status for row in ApiKey.objects.order_by("pk")][1] == "revoked"


def test_asking_again_never_lengthens_the_life_of_the_old_one(ann):
    with clock.at(NOON):
        row, _ = given_key(ann)
    with clock.at(NOON + timedelta(days=25)):
        renew_key(key=row)
    with clock.at(NOON + timedelta(days=25, hours=20)):
        renew_key(key=row)

    row.refresh_from_db()
    assert row.expires_at == NOON + timedelta(days=26)


def test_a_key_on_no_schedule_a_revoked_one_and_a_person_replace_nothing(ann):
    row, _text = given_key(ann, expires_at=clock.now() + timedelta(days=1))
    with pytest.raises(NotOnSchedule):
        renew_key(key=row)
    ended, _ = given_key(ann)
    revoke_key(key=ended, actor=ann)
    with pytest.raises(KeyEnded):
        renew_key(key=ended)

    answers = [browser(ann).get(SELF), browser(ann).post(f"{SELF}/rotate")]
    assert [one.json()["code"] for one in answers] == ["apikeys.only_by_key"] * 2


def test_a_key_that_ended_unreplaced_stays_ended(ann):
    with clock.at(NOON):
        row, text = given_key(ann)
    with clock.at(NOON + timedelta(days=30)):
        assert called(text.reveal(), f"{SELF}/rotate", "post").status_code == 401
        with pytest.raises(KeyEnded):
            renew_key(key=row)


def test_the_next_key_can_do_no_more_than_its_owner_may_now(acme):
    boss, other = member("boss@acme.example", role="admin"), member("other@acme.example", role="admin")
    with clock.at(NOON):
        row, _ = given_key(boss, "trading:read", "admin:read")
        only, _ = given_key(boss, "admin:read")
    change_person(actor=other, person=boss, role=Role.TRADER)
    with clock.at(NOON + timedelta(days=29)):
        assert renew_key(key=ApiKey.objects.get(pk=row.pk))[0].scopes == ["trading:read"]
        with pytest.raises((ScopeTooWide, BadKey)):
            renew_key(key=ApiKey.objects.get(pk=only.pk))


def test_replaced_by_hand_it_stays_on_schedule(ann):
    with clock.at(NOON):
        row, _ = given_key(ann)
    with clock.at(NOON + timedelta(days=10)):
        new, _ = rotate_key(key=row, actor=ann, overlap_hours=1)

    assert (new.rotate_every_days, new.expires_at) == (30, NOON + timedelta(days=40))


@pytest.mark.parametrize("days", [0, -1, 366])
def test_a_schedule_has_its_bounds(ann, days):
    with pytest.raises(BadKey):
        given_key(ann, rotate_every_days=days)


def test_a_date_and_a_schedule_contradict_each_other(ann):
    with pytest.raises(BadKey):
        create_key(
            owner=ann,
            actor=ann,
            name="Bot",
            scopes=["trading:read"],
            rotate_every_days=30,
            expires_at=clock.now() + timedelta(days=5),
        )


def test_owners_are_told_once_that_a_key_ends_soon(ann, mailoutbox):
    with clock.at(NOON):
        given_key(ann)
        given_key(ann, expires_at=NOON + timedelta(days=30))
        given_key(ann, expires_at=NOON + timedelta(days=90))
        replaced, _ = given_key(ann)
        ended, _ = given_key(ann)
        revoke_key(key=ended, actor=ann)
    with clock.at(NOON + timedelta(days=22)):
        assert tell_of_ends() == 0
    with clock.at(NOON + timedelta(days=23)):
        rotate_key(key=replaced, actor=ann, overlap_hours=168)
        assert (tell_of_ends(), tell_of_ends()) == (2, 0)
        send_waiting()

    assert sorted(letters()) == ["key_due", "key_expires"]
    said = "".join(mail.body for mail in mailoutbox)
    assert "expires on 2026-03-31 12:00 UTC" in said and "Bot" in said


def test_the_page_puts_a_key_on_schedule(ann):
    sent = {"name": "Bot", "scopes": ["trading:read"], "expires": "every-30"}
    assert browser(ann).post("/keys/create/", sent).status_code == 201

    row = ApiKey.objects.get()
    page = browser(ann).get(f"/keys/{row.public_id}/").content.decode()
    assert row.rotate_every_days == 30 and "on schedule, every 30 days" in page


def test_who_looks_after_programs_is_told_of_their_keys(acme, ann):
    member("boss@acme.example", role="admin")
    program = member("bot@acme.example", role="api")
    with clock.at(NOON):
        row, _ = given_key(program)
    with clock.at(NOON + timedelta(days=25)):
        assert tell_of_ends() == 1
        renew_key(key=row)

    assert list(Letter.objects.order_by("pk").values_list("kind", "address")) == [
        ("key_due", "boss@acme.example"),
        ("key_renewed", "boss@acme.example"),
    ]


def test_a_key_that_a_person_replaced_cannot_take_the_new_one_back(ann):
    with clock.at(NOON):
        row, stolen = given_key(ann)
    with clock.at(NOON + timedelta(days=25)):
        new, text = rotate_key(key=row, actor=ann, overlap_hours=24)
        assert called(stolen.reveal(), f"{SELF}/rotate", "post").json()["code"] == "apikeys.ended"
        assert called(text.reveal()).status_code == 200

    new.refresh_from_db()
    assert (new.revoked_at, ApiKey.objects.count()) == (None, 2)
