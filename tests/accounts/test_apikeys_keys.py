"""API keys: shown once, kept as a digest, as strong as their owner at most, ended at once."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.apikeys.errors import BadKey, KeyEnded, ScopeTooWide, TooManyKeys, UnknownKey
from accounts.apikeys.models import ApiKey
from accounts.apikeys.selectors import access_key, access_owner, keys_for
from accounts.apikeys.services import create_key, rename_key, revoke_key, rotate_key
from accounts.apikeys.types import LIVING_MAX, fresh_key, parse_key, tag_of
from accounts.apikeys.wording import SCOPE_WORDS
from accounts.users.permissions import ALL_PERMISSIONS
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.tenancy import in_tenant
from tenants.audit.selectors import audit_records
from tests.people import browser, member

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CONNECTIONS, PORTFOLIO = "/api/v1/exchanges/connections", "/api/v1/portfolio"


@pytest.fixture
def ann(acme):
    return member("ann@acme.example")


def given_key(owner, *scopes, **facts):
    row, text = create_key(owner=owner, actor=owner, name="Bot", scopes=scopes or ["trading:read"], **facts)
    return row, text.reveal()


def called(text, path=CONNECTIONS, *, host="acme.localhost", method="get", **extra):
    client = browser(host=host, csrf=True)
    return getattr(client, method)(path, headers={"authorization": f"Bearer {text}"}, **extra)


def works(text, **extra):
    return called(text, **extra).status_code == 200


def test_a_key_opens_the_api_as_its_owner_and_nothing_of_it_is_kept(ann):
    row, text = given_key(ann)

    assert works(text)
    stored = str(ApiKey.objects.values().get(pk=row.pk))
    assert text not in stored and text.rpartition("_")[2] not in stored
    assert text.startswith(f"{row.shown}_") and len(parse_key(text).text) == 72


def test_keys_do_not_repeat_and_carry_256_bits(ann, acme):
    keys = {fresh_key(acme.id).text for _ in range(200)}

    assert len(keys) == 200 and all(len(key.rpartition("_")[2]) == 52 for key in keys)


def test_a_letter_more_less_or_other_is_no_key(ann):
    _, text = given_key(ann)
    other = "a" if text[-1] != "a" else "b"

    wrong = [
        text[:-1],
        text + "a",
        text[:-1] + other,
        text.upper(),
        text + "\n",
        text[3:],
        "cu_",
        "",
        text.replace("_", ""),
    ]

    assert [called(one).status_code for one in wrong] == [401] * len(wrong)


def test_every_fault_of_a_key_is_answered_the_same(ann, acme):
    _, text = given_key(ann)
    _, expired = given_key(ann, expires_at=clock.now() + timedelta(seconds=5))
    revoked_row, revoked = given_key(ann)
    revoke_key(key=revoked_row, actor=ann)
    unknown = fresh_key(acme.id).text

    with clock.at(clock.now() + timedelta(seconds=6)):
        answers = [called(one) for one in (expired, revoked, unknown, text[:-1] + "7")]

    bodies = [{k: v for k, v in one.json().items() if k != "correlation_id"} for one in answers]
    assert all(one.status_code == 401 for one in answers) and all(body == bodies[0] for body in bodies)
    assert answers[0]["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("where", ["query", "x-api-key", "basic", "cookie", "token"])
def test_a_key_counts_in_the_authorization_header_only(ann, where):
    _, text = given_key(ann)
    client = browser()
    if where == "cookie":
        client.cookies["authorization"] = f"Bearer {text}"
    headers = {
        "x-api-key": {"x-api-key": text},
        "basic": {"authorization": f"Basic {text}"},
        "token": {"authorization": f"Token {text}"},
    }.get(where, {})

    path = f"{CONNECTIONS}?access_token={text}&key={text}" if where == "query" else CONNECTIONS

    assert client.get(path, headers=headers).status_code == 401


def test_a_bad_key_is_not_made_good_by_a_session(ann):
    assert browser(ann).get(CONNECTIONS, headers={"authorization": "Bearer cu_nothing"}).status_code == 401


def test_a_key_needs_no_csrf_token_and_a_session_does(ann):
    _, text = given_key(ann, "portfolio:write")
    body = {"data": "{}", "content_type": "application/json"}

    assert called(text, "/api/v1/credits/top-ups", method="post", **body).status_code == 400  # its Idempotency-Key
    assert browser(ann, csrf=True).post("/api/v1/credits/top-ups", **body).status_code == 403


def test_a_scope_counts_only_with_the_role_and_the_role_only_with_the_scope(ann):
    _, text = given_key(ann, "trading:read")
    assert (called(text).status_code, called(text, PORTFOLIO).status_code) == (200, 403)

    _, wide = given_key(ann, "trading:read", "trading:write")
    ann.role = "viewer"
    ann.save()

    assert called(wide).status_code == 200
    assert called(wide, method="post", data="{}", content_type="application/json").status_code == 403


@pytest.mark.parametrize("role", ["admin", "trader", "viewer", "api"])
def test_nobody_gets_a_key_that_may_more_than_they(acme, role):
    person = member(f"{role}@acme.example", role=role)
    for scope in ALL_PERMISSIONS:
        if person.may(scope):
            given = given_key(person, scope)[0]
            assert given.scopes == [scope]
            revoke_key(key=given, actor=person)
        else:
            with pytest.raises(ScopeTooWide):
                given_key(person, scope)


def test_there_is_no_scope_to_withdraw_with_and_each_is_explained():
    assert not [scope for scope in ALL_PERMISSIONS if "withdraw" in scope or "payout" in scope]
    assert set(SCOPE_WORDS) == ALL_PERMISSIONS


def test_programs_work_by_key(acme):
    program = member("bot@acme.example", role="api")
    _, text = given_key(program, "trading:read", "trading:execute")

    assert works(text)


def test_a_key_ends_with_its_owner(ann):
    _, text = given_key(ann)
    ann.is_active = False
    ann.save()

    assert called(text).status_code == 401


@pytest.mark.parametrize(
    ("networks", "address", "status"),
    [
        (["198.51.100.0/24"], "198.51.100.7", 200),
        (["198.51.100.0/24", "2001:db8::/32"], "2001:db8::1", 200),
        (["198.51.100.0/24"], "::ffff:198.51.100.7", 200),
        (["198.51.100.7"], "198.51.100.8", 403),
        (["198.51.100.0/24"], "", 403),
        ([], "203.0.113.9", 200),
    ],
)
def test_a_key_works_from_its_addresses_only(ann, networks, address, status):
    _, text = given_key(ann, networks=networks)

    assert called(text, REMOTE_ADDR=address).status_code == status


def test_a_forged_header_is_no_address_of_the_list(ann):
    _, text = given_key(ann, networks=["198.51.100.7"])
    headers = {"authorization": f"Bearer {text}", "x-forwarded-for": "198.51.100.7"}

    assert browser().get(CONNECTIONS, headers=headers).status_code == 403


@pytest.mark.parametrize("line", ["x", "1.2.3.4/33", "198.51.100.7/24", "1.2.3.4/0.0.0.0/1", ""])
def test_what_is_no_network_is_refused_by_name(ann, line):
    with pytest.raises(BadKey, match=line or "no address"):
        given_key(ann, networks=[line])


def test_use_is_written_down_once_a_minute_with_its_address(ann):
    row, text = given_key(ann)

    def used_at(second, address):
        with clock.at(NOON + timedelta(seconds=second)):
            assert works(text, REMOTE_ADDR=address)
        row.refresh_from_db()
        return (row.last_used_at - NOON).total_seconds(), row.last_used_address

    assert used_at(0, "198.51.100.7") == (0, "198.51.100.7")
    assert used_at(59, "198.51.100.8") == (0, "198.51.100.7")
    assert used_at(60, "198.51.100.8") == (60, "198.51.100.8")


def test_a_key_is_checked_with_one_query(ann, django_assert_num_queries):
    _, text = given_key(ann)
    works(text)

    with django_assert_num_queries(1):
        assert called(text, "/api/v1/health/ping").status_code == 200


def test_rotation_lets_the_old_key_work_until_the_stated_time(ann):
    with clock.at(NOON):
        row, old = given_key(ann, "trading:read", networks=["127.0.0.0/8"], expires_at=NOON + timedelta(days=90))
    with clock.at(NOON + timedelta(days=10)):
        new_row, new = rotate_key(key=row, actor=ann, overlap_hours=24)

    for hours, old_works in ((0, True), (23.9, True), (24, False)):
        with clock.at(NOON + timedelta(days=10, hours=hours)):
            assert (works(old), works(new.reveal())) == (old_works, True)
    assert (new_row.scopes, new_row.networks, new_row.name) == (row.scopes, row.networks, row.name)
    assert new_row.expires_at == NOON + timedelta(days=100)


def test_rotation_never_lengthens_a_keys_life_and_happens_once(ann):
    with clock.at(NOON):
        row, old = given_key(ann, expires_at=NOON + timedelta(hours=1))
        rotate_key(key=row, actor=ann, overlap_hours=100)
        with pytest.raises(KeyEnded):
            rotate_key(key=row, actor=ann)
    with clock.at(NOON + timedelta(hours=1)):
        assert not works(old)


def test_rotation_without_overlap_ends_the_old_key_at_once_and_takes_no_scope_that_is_lost(ann):
    row, old = given_key(ann, "trading:read", "trading:write")
    ann.role = "viewer"
    ann.save()

    new_row, _new = rotate_key(key=row, actor=ann)

    assert not works(old) and new_row.scopes == ["trading:read"]


def test_revoking_counts_at_once_and_again_is_harmless(ann):
    row, text = given_key(ann)
    assert works(text)

    for _ in range(2):
        revoke_key(key=row, actor=ann)

    assert not works(text)
    assert [r.action for r in audit_records()].count("apikey.revoked") == 1
    with pytest.raises(KeyEnded):
        rotate_key(key=row, actor=ann)


def test_each_change_is_recorded_and_no_record_holds_the_key(ann):
    row, text = given_key(ann)
    rename_key(key=row, actor=ann, name="Other")
    _, new = rotate_key(key=row, actor=ann, overlap_hours=1)
    revoke_key(key=row, actor=ann)

    records = list(audit_records())

    assert [r.action for r in records] == [f"apikey.{verb}" for verb in ("revoked", "rotated", "renamed", "created")]
    said = str([(r.before, r.after) for r in records])
    assert text not in said and new.reveal() not in said and row.digest not in said


@pytest.mark.parametrize("facts", [{"name": " "}, {"name": "x" * 61}, {"scopes": []}, {"networks": ["1.1.1.1"] * 21}])
def test_settings_that_mean_nothing_are_refused(ann, facts):
    with pytest.raises(BadKey):
        create_key(**{"owner": ann, "actor": ann, "name": "Bot", "scopes": ["trading:read"], **facts})


def test_a_key_expires_in_the_future(ann):
    with pytest.raises(BadKey):
        given_key(ann, expires_at=clock.now())


def test_there_is_a_most_of_keys_in_use(ann):
    rows = [given_key(ann)[0] for _ in range(LIVING_MAX)]
    with pytest.raises(TooManyKeys):
        given_key(ann)
    revoke_key(key=rows[0], actor=ann)

    assert given_key(ann)


def test_people_see_their_own_keys_and_who_looks_after_people_those_of_programs(acme, ann):
    boss, program = member("boss@acme.example", role="admin"), member("bot@acme.example", role="api")
    hers, his, its = (given_key(person)[0] for person in (ann, boss, program))

    assert set(keys_for(ann)) == {hers} and set(keys_for(boss)) == {his, its}
    with pytest.raises(UnknownKey):
        access_key(boss, hers.public_id)
    with pytest.raises(UnknownKey):
        access_owner(ann, program.public_id)
    with pytest.raises(UnknownKey):
        access_owner(boss, ann.public_id)
    assert access_owner(boss, program.public_id) == program


def test_a_key_of_another_tenant_is_none_by_tag_by_row_and_by_digest(ann, acme, bolt_ctx):
    row, text = given_key(ann)
    assert called(text, host="bolt.localhost").status_code == 401
    assert tag_of(acme.id) != tag_of(bolt_ctx.id) and row.prefix.startswith(tag_of(acme.id))

    with in_tenant(bolt_ctx):  # the row itself, put where it does not belong
        bob = member("bob@bolt.example")
        moved = tag_of(bolt_ctx.id) + row.prefix[6:]
        ApiKey.objects.create(user=bob, name="x", prefix=row.prefix, digest=row.digest, scopes=row.scopes)
        ApiKey.objects.create(user=bob, name="y", prefix=moved, digest=row.digest, scopes=row.scopes)

    assert called(text, host="bolt.localhost").status_code == 401
    assert called(text.replace(row.prefix, moved), host="bolt.localhost").status_code == 401
