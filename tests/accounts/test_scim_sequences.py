"""SCIM as Okta and Entra really speak it: their requests, one after the other, as their documentation has them."""

import json

import pytest
from django.test import Client

from accounts.scim.services import issue_token, revoke_token
from accounts.users.models import User
from accounts.users.types import Role
from tenants.audit.selectors import audit_records
from tests.people import browser, member

CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
NAME = "john.doe@acme.example"


class Scim:
    """A directory's client."""

    def __init__(self, token: str, *, host: str = "acme.localhost", kind: str = "application/scim+json") -> None:
        self.client = Client(headers={"host": host, "authorization": f"Bearer {token}"})
        self.kind = kind

    def __call__(self, method: str, path: str, body=None, **query):
        address = f"/scim/v2/{path}" + ("?" + "&".join(f"{k}={v}" for k, v in query.items()) if query else "")
        answer = self.client.generic(method, address, json.dumps(body) if body is not None else "", self.kind)
        assert answer.status_code == 204 or answer["Content-Type"].startswith("application/scim+json")
        return answer


@pytest.fixture
def ada(acme):
    return member("ada@acme.example", role="admin", display_name="Ada")


@pytest.fixture
def token(ada):
    return issue_token(actor=ada, name="Okta", default_role=Role.TRADER)[1]


@pytest.fixture
def scim(token):
    return Scim(token)


def okta_user(**changes):
    """POST of Okta's template application."""
    return {
        "schemas": [CORE],
        "userName": NAME,
        "name": {"givenName": "John", "familyName": "Doe"},
        "emails": [{"primary": True, "value": NAME, "type": "work"}],
        "displayName": "John Doe",
        "locale": "en-US",
        "externalId": "00ujl29u0le5T6Aj10h7",
        "groups": [],
        "password": "1mz050nq",
        "active": True,
        **changes,
    }


def entra_user(**changes):
    """POST of Entra's provisioning service: an extension, a phone number, manager and all."""
    return {
        "schemas": [CORE, ENTERPRISE],
        "externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
        "userName": NAME,
        "active": True,
        "emails": [{"primary": True, "type": "work", "value": NAME}],
        "meta": {"resourceType": "User"},
        "name": {"formatted": "John Doe", "familyName": "Doe", "givenName": "John"},
        "phoneNumbers": [{"type": "mobile", "value": "+1 555 0100"}],
        "title": "Trader",
        ENTERPRISE: {"department": "Desk", "manager": {"value": "1"}},
        **changes,
    }


def made(scim, body=None):
    answer = scim("POST", "Users", body or okta_user())
    assert answer.status_code == 201, answer.content
    return answer.json()


def patched(scim, id, *operations):
    return scim("PATCH", f"Users/{id}", {"schemas": [PATCH], "Operations": list(operations)})


def test_okta_tests_the_connection_and_makes_a_person(scim, ada):
    assert scim("GET", "Users", startIndex=1, count=2).status_code == 200
    looked = scim("GET", "Users", filter=f'userName%20eq%20"{NAME}"', startIndex=1, count=100).json()
    assert (looked["totalResults"], looked.get("Resources", [])) == (0, [])

    answer = scim("POST", "Users", okta_user())

    body, john = answer.json(), User.objects.get(email=NAME)
    assert answer.status_code == 201
    assert body["schemas"] == [CORE] and body["id"] == str(john.public_id)
    assert body["userName"] == NAME and body["externalId"] == "00ujl29u0le5T6Aj10h7" and body["active"] is True
    assert answer["Location"] == body["meta"]["location"] == f"http://acme.localhost:8000/scim/v2/Users/{body['id']}"
    assert (john.display_name, john.role, john.has_usable_password()) == ("John Doe", "trader", False)
    assert "password" not in answer.content.decode()
    found = scim("GET", "Users", filter=f'userName%20eq%20"{NAME.upper()}"').json()
    assert [row["id"] for row in found["Resources"]] == [body["id"]]


def test_okta_switches_off_on_and_renames(scim):
    id = made(scim)["id"]

    off = patched(scim, id, {"op": "replace", "value": {"active": False}})
    assert (off.status_code, off.json()["active"], User.objects.get(email=NAME).is_active) == (200, False, False)
    on = patched(scim, id, {"op": "replace", "value": {"active": True}})
    assert on.json()["active"] is True
    profile = okta_user(displayName="Johnny Doe", name={"givenName": "Johnny", "familyName": "Doe"}, id=id)
    assert scim("PUT", f"Users/{id}", profile).json()["displayName"] == "Johnny Doe"
    assert User.objects.get(email=NAME).display_name == "Johnny Doe"


def test_entra_looks_for_nobody_then_makes_and_patches_its_own_way(token):
    entra = Scim(token, kind="application/scim+json; charset=utf-8")
    assert entra("GET", "Users", filter='userName%20eq%20"8d2a"').json()["totalResults"] == 0
    body = made(entra, entra_user())
    assert body["displayName"] == "John Doe" and ENTERPRISE not in body

    answer = patched(
        entra,
        body["id"],
        {"op": "Replace", "path": "displayName", "value": "J. Doe"},
        {"op": "Replace", "path": 'emails[type eq "work"].value', "value": "other@acme.example"},
        {"op": "Add", "path": "name.familyName", "value": "Doe-Smith"},
        {"op": "Add", "path": f"{ENTERPRISE}:department", "value": "Research"},
        {"op": "Replace", "path": "active", "value": "False"},
    )

    john = User.objects.get(email=NAME)
    assert answer.status_code == 200, answer.content
    assert (john.display_name, john.is_active) == ("J. Doe", False)


def test_entra_gives_roles_by_value(scim):
    id = made(
        scim, entra_user(roles=[{"primary": "True", "type": "WindowsAzureActiveDirectoryRole", "value": "viewer"}])
    )["id"]
    assert User.objects.get(email=NAME).role == "viewer"

    answer = patched(scim, id, {"op": "Replace", "path": "roles", "value": [{"value": "admin", "primary": True}]})
    assert answer.status_code == 200 and User.objects.get(email=NAME).role == "admin"
    answer = patched(scim, id, {"op": "Add", "path": 'roles[primary eq "True"].value', "value": "trader"})
    assert answer.status_code == 200, answer.content
    assert User.objects.get(email=NAME).role == "trader"


def test_entra_deletes_and_brings_back_the_same_person(scim):
    id = made(scim, entra_user())["id"]
    assert patched(scim, id, {"op": "Replace", "path": "active", "value": False}).status_code == 200
    assert scim("DELETE", f"Users/{id}").status_code == 204
    assert scim("GET", f"Users/{id}").status_code == 404
    assert scim("DELETE", f"Users/{id}").status_code == 404
    assert scim("GET", "Users", filter=f'externalId%20eq%20"{entra_user()["externalId"]}"').json()["totalResults"] == 0
    assert not User.objects.get(email=NAME).is_active

    back = made(scim, entra_user())

    assert back["id"] == id and back["active"] is True


def test_a_second_person_of_the_same_name_is_a_conflict(scim, ada):
    made(scim)
    for body in (okta_user(externalId="other"), okta_user(userName="b@acme.example"), okta_user(userName=ada.email)):
        answer = scim("POST", "Users", body)
        assert (answer.status_code, answer.json()["scimType"], answer.json()["status"]) == (409, "uniqueness", "409")


def test_whoever_is_switched_off_is_signed_out_at_once(scim, acme):
    for password, name in ((True, "a@acme.example"), (False, "b@acme.example")):
        id = made(scim, okta_user(userName=name, externalId=name))["id"]
        user = User.objects.get(email=name)
        if password:
            user.set_password("correct horse battery staple")
            user.save()
        client = browser(user)
        assert client.get("/connections/").status_code == 200

        patched(scim, id, {"op": "replace", "value": {"active": False}})

        assert client.get("/connections/").status_code == 302
        assert client.get("/api/v1/portfolio").status_code == 401


def test_every_change_is_the_directorys_in_the_audit(scim, token):
    id = made(scim)["id"]
    patched(scim, id, {"op": "replace", "value": {"active": False}})
    patched(scim, id, {"op": "replace", "value": {"active": False}})
    scim("DELETE", f"Users/{id}")

    rows = audit_records().filter(object_id=id).order_by("pk")
    assert [row.action for row in rows] == [
        "directory.person_added",
        "directory.person_changed",
        "directory.person_removed",
    ]
    assert rows[1].before == {"is_active": True} and rows[1].after == {"is_active": False}
    issued = audit_records().get(action="directory.key_issued")
    assert {str(row.actor) for row in rows} == {issued.object_id}
    assert token not in str(list(audit_records().values()))


def test_pages_are_cut_where_they_are_asked_to(scim):
    for number in range(5):
        made(scim, okta_user(userName=f"p{number}@acme.example", externalId=str(number)))

    page = scim("GET", "Users", startIndex=3, count=2).json()

    assert (page["totalResults"], page["startIndex"], page["itemsPerPage"]) == (6, 3, 2)
    assert [row["userName"] for row in page["Resources"]] == ["p1@acme.example", "p2@acme.example"]
    assert scim("GET", "Users", count=0).json().get("Resources", []) == []
    few = scim("GET", "Users", attributes="userName", count=1).json()["Resources"][0]
    assert "displayName" not in few and few["userName"]


@pytest.mark.parametrize(
    ("filter", "found"),
    [
        ('externalId eq "00ujl29u0le5T6Aj10h7"', 1),
        ('emails.value eq "john.doe@acme.example"', 1),
        ('emails eq "john.doe@acme.example" and active eq true', 1),
        ('(userName eq "nobody@x.com" or displayName eq "John Doe") and not (active eq false)', 1),
        ('userName ne "john.doe@acme.example"', 1),
        ("externalId pr", 1),
        ('externalId eq ""', 0),
        ('id eq "not-an-id"', 0),
        ('userName eq "x\' OR 1=1 --"', 0),
    ],
)
def test_people_are_found_by_what_is_kept(scim, filter, found):
    made(scim)
    answer = scim("GET", "Users", filter=filter.replace(" ", "%20"))

    assert answer.status_code == 200, answer.content
    assert answer.json()["totalResults"] == found


@pytest.mark.parametrize(
    "filter", ['userName co "john"', "userName eq", 'title eq "x"', 'emails[type eq "work"]', "((((((((((", "x" * 2000]
)
def test_a_filter_that_cannot_be_is_said_to_be_none(scim, filter):
    answer = scim("GET", "Users", filter=filter.replace(" ", "%20"))

    assert (answer.status_code, answer.json()["schemas"]) == (400, [ERROR])
    assert answer.json()["scimType"] in {"invalidFilter", "invalidPath", "invalidValue"}


@pytest.mark.parametrize(
    ("body", "status", "scim_type"),
    [
        ({"schemas": [CORE]}, 400, "invalidValue"),
        (okta_user(userName="no address"), 400, "invalidValue"),
        (okta_user(active="perhaps"), 400, "invalidValue"),
        (okta_user(roles=[{"value": "owner"}]), 400, "invalidValue"),
        ([], 400, "invalidSyntax"),
        ("x", 400, "invalidSyntax"),
    ],
)
def test_a_body_that_cannot_be_is_refused_and_makes_nobody(scim, body, status, scim_type):
    before = User.objects.count()
    answer = scim("POST", "Users", body)

    assert (answer.status_code, answer.json().get("scimType")) == (status, scim_type), answer.content
    assert User.objects.count() == before


def test_what_is_no_json_is_said_so(scim):
    answer = scim.client.generic("POST", "/scim/v2/Users", "{", "application/scim+json")
    assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidSyntax")
    assert scim.client.generic("POST", "/scim/v2/Users", "a=b", "text/plain").status_code == 415


def test_the_last_administrator_stays(scim, ada):
    for answer in (
        patched(scim, ada.public_id, {"op": "replace", "value": {"active": False}}),
        patched(scim, ada.public_id, {"op": "replace", "path": "roles", "value": [{"value": "viewer"}]}),
        scim("DELETE", f"Users/{ada.public_id}"),
    ):
        assert answer.status_code == 403
    ada.refresh_from_db()
    assert ada.is_active and ada.role == "admin"


def test_operators_are_nobody_to_a_directory(scim, acme):
    operator = User.objects.create_superuser("op@acme.example", "x" * 20)

    assert scim("GET", f"Users/{operator.public_id}").status_code == 404
    assert scim("DELETE", f"Users/{operator.public_id}").status_code == 404
    assert scim("GET", "Users", filter='userName%20eq%20"op@acme.example"').json()["totalResults"] == 0
    assert scim("POST", "Users", okta_user(userName="op@acme.example")).status_code == 409


def test_only_a_token_in_force_of_this_tenant_opens(token, ada, acme, bolt_ctx):
    from accounts.scim.models import DirectoryToken

    strangers = [Scim(""), Scim("scim_" + "x" * 43), Scim(token[:-1]), Scim(token, host="bolt.localhost")]
    row = DirectoryToken.objects.get()
    assert token not in (row.digest, row.hint) and len(row.digest) == 64
    assert Scim(token)("GET", "Users").status_code == 200
    revoke_token(actor=ada, token=row)
    for scim in [*strangers, Scim(token)]:
        answer = scim("GET", "Users")
        assert (answer.status_code, answer["WWW-Authenticate"], answer.json()["schemas"]) == (401, "Bearer", [ERROR])
        assert scim("POST", "Users", okta_user()).status_code == 401
        assert scim("GET", "Nothing").status_code == 401
    assert browser(ada).get("/scim/v2/Users").status_code == 401


def test_what_there_is_is_described(scim):
    config = scim("GET", "ServiceProviderConfig").json()
    assert config["patch"]["supported"] and config["filter"]["supported"] and not config["bulk"]["supported"]
    types = scim("GET", "ResourceTypes").json()
    assert [row["endpoint"] for row in types["Resources"]] == ["/Users"]
    schema = scim("GET", f"Schemas/{CORE}").json()
    names = {attribute["name"] for attribute in schema["attributes"]}
    assert {"userName", "displayName", "active", "roles"} <= names and "password" not in names
    assert scim("GET", "ResourceTypes/User").json()["name"] == "User"
    assert scim("GET", "Schemas/urn:nothing").status_code == 404
    assert scim("GET", "Groups").status_code == 404
    assert scim("PUT", "Users", {}).status_code == 405
    assert scim("POST", "Bulk", {}).status_code == 405


def test_a_token_is_shown_once_on_the_page_and_revoked_there(ada):
    client = browser(ada)
    page = client.post("/settings/directory/", {"name": "Okta", "default_role": "viewer"}).content.decode()
    token = page.partition('id="token">')[2].partition("<")[0]

    assert Scim(token)("GET", "Users").status_code == 200
    again = client.get("/settings/directory/").content.decode()
    assert token not in again and token[:9] in again
    revoke = again.partition("/settings/directory/tokens/")[2].partition("/")[0]
    client.post(f"/settings/directory/tokens/{revoke}/revoke/")
    assert Scim(token)("GET", "Users").status_code == 401


def test_tokens_over_the_api(ada):
    from tests.api.client import ApiClient

    api = ApiClient.signed_in(ada, host="acme.localhost")
    made = api.post("tenant/directory/tokens", {"name": "Entra"}).json()

    assert Scim(made["token"])("GET", "Users").status_code == 200
    assert "token" not in api.get(f"tenant/directory/tokens/{made['id']}").json()
    assert [row["name"] for row in api.get("tenant/directory/tokens").json()["data"]] == ["Entra"]
    assert api.client.delete(f"/api/v1/tenant/directory/tokens/{made['id']}").status_code == 204
    assert Scim(made["token"])("GET", "Users").status_code == 401


@pytest.mark.parametrize("role", ["trader", "viewer", "api"])
def test_tokens_are_for_administrators(acme, role):
    client = browser(member(f"{role}@acme.example", role=role))

    assert client.get("/settings/directory/").status_code == 403
    assert client.post("/settings/directory/", {"name": "x", "default_role": "viewer"}).status_code == 403
    assert client.get("/api/v1/tenant/directory/tokens").status_code == 403
