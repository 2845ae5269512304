"""White label: nothing that a branded tenant says, on any face, names the platform; its own tenant still does."""

import inspect

import pytest
from django.test import Client

from accounts.scim.services import issue_token
from cryptouniverse.api.problems import problem_response
from cryptouniverse.api.registry import error_entries
from cryptouniverse.kernel.errors import registered_errors
from cryptouniverse.kernel.tenancy import in_tenant
from tenants.branding.services import mail_to
from tests.architecture.sources import ROOT
from tests.people import browser, member
from tests.tenants.branding_cast import HOST, given_brand
from tests.tenants.traces import everything_said, told, traces_in
from trading.portfolio.services import open_portfolio
from trading.risk.services import set_limits

MAILS = sorted(
    str(path.relative_to(ROOT / "templates")).removesuffix(".txt") for path in ROOT.glob("templates/mail/*.txt")
)

# What administrators alone may read: the host that the tenant was made with, and what a reset leads back to.
KNOWN = {
    "GET /api/v1/tenant/domains": "host",
    "GET /settings/domains/": "host",
    "GET /api/v1/audit/records": "host",
    "POST /api/v1/audit/exports": "host",
    "DELETE /api/v1/tenant/branding": "name",
}


@pytest.fixture
def ada(acme):
    return member("ada@acme.example", role="admin", display_name="Ada")


@pytest.fixture
def northgate(acme, ada):
    """Acme, branded."""
    given_brand(acme, ada)
    set_limits(portfolio=open_portfolio(owner=ada, cash=1_000))
    return acme


def raised(error):
    """One of its kind, whatever it wants to be told."""
    asked = inspect.signature(error).parameters.values()
    told = {p.name: "x" for p in asked if p.default is p.empty and p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}
    return error(**told)


def found_in(said):
    return [f"{asked}: {trace}" for asked, text in said for trace in traces_in(text)]


@pytest.mark.prove
@pytest.mark.timeout(600)
def test_every_page_answer_and_file_is_free_of_the_platform(northgate, ada, mailoutbox):
    token = issue_token(actor=ada, name="Okta")[1]
    directory = Client(headers={"host": HOST, "authorization": f"Bearer {token}"})
    number, found = 0, []
    for client, below in ((browser(host=HOST), ""), (directory, "scim/"), (browser(ada, host=HOST), "")):
        client.raise_request_exception = False
        said = list(everything_said(client, below=below))
        number += len(said)
        found += found_in(said)
    found = [trace for trace in found if KNOWN.get(trace.split(": ")[0]) != trace.split(": ")[1]]
    found += [trace for mail in mailoutbox for trace in traces_in(mail.message().as_string())]

    assert found == []
    assert number > 300


def test_every_error_of_the_api_is_free_of_it_and_points_to_the_tenants_domain(northgate):
    said = {entry.code: told(problem_response(raised(registered_errors()[entry.code]))) for entry in error_entries()}

    assert found_in(said.items()) == [] and len(said) > 80
    assert [code for code, text in said.items() if f"http://{HOST}:8000/problems/{code}" not in text] == []


@pytest.mark.prove
def test_every_page_of_an_error_is_free_of_it(northgate):
    client = browser(host=HOST)
    said = [(entry.code, told(client.get(f"/problems/{entry.code}"))) for entry in error_entries()]

    assert found_in(said) == [] and len(said) > 80


@pytest.mark.parametrize(
    ("path", "status"), [("/nothing/", 404), ("/broken/", 500), ("/api/v1/nothing", 404), ("/api/docs/", 200)]
)
def test_what_goes_wrong_is_said_in_the_tenants_name(northgate, settings, path, status):
    settings.ROOT_URLCONF = "tests.tenants.planted_traces"
    client = browser(host=HOST)
    client.raise_request_exception = False

    answer = client.get(path)

    assert (answer.status_code, traces_in(told(answer))) == (status, [])
    assert path.startswith("/api/v1") or "Northgate" in answer.content.decode()


def test_a_form_without_its_token_is_refused_in_the_tenants_name(northgate, ada):
    answer = browser(ada, host=HOST, csrf=True).post("/settings/branding/reset/")

    assert (answer.status_code, traces_in(told(answer))) == (403, [])
    assert "Northgate" in answer.content.decode()


def test_a_host_that_is_nobodys_names_nobody(northgate):
    answer = Client(headers={"host": "nobody.com"}).get("/")

    assert (answer.status_code, traces_in(told(answer))) == (404, [])


def test_the_document_and_the_manifest_have_the_tenants_name(northgate):
    client = browser(host=HOST)

    assert client.get("/api/v1/openapi.json").json()["info"]["title"] == "Northgate Desk API"
    assert client.get("/manifest.webmanifest").json()["name"] == "Northgate Desk"
    assert client.get("/favicon.ico")["Location"].startswith("/brand/logo/")


@pytest.mark.parametrize("template", MAILS)
def test_every_mail_is_free_of_it(northgate, template):
    wire = mail_to("john@x.com", subject="Hello", template=template, facts={}).message().as_string()

    assert traces_in(wire) == [] and "Northgate" in wire


def test_a_tenant_without_a_logo_has_a_letter_and_not_the_platforms_mark(northgate, ada):
    from tenants.branding.services import remove_logo

    remove_logo(tenant=northgate, actor=ada)
    page = browser(host=HOST).get("/accounts/login/").content.decode()

    assert traces_in(page) == [] and "/brand/mark.svg?v=" in page
    assert ">N</text>" in browser(host=HOST).get("/brand/mark.svg").content.decode()


def test_the_platforms_own_pages_still_show_it(northgate, bolt_ctx):
    with in_tenant(bolt_ctx):
        client = browser(host="bolt.localhost")
        page = told(client.get("/accounts/login/"))
        wire = mail_to("john@x.com", subject="Hello", template="mail/base", facts={}).message().as_string()

    assert {trace.partition(":")[0] for trace in traces_in(page)} == {"name", "mark"}
    assert "CryptoUniverse" in wire
    assert client.get("/api/v1/openapi.json").json()["info"]["title"] == "CryptoUniverse API"


@pytest.mark.prove
def test_a_planted_trace_is_found(northgate, settings):
    settings.ROOT_URLCONF = "tests.tenants.planted_traces"
    client = browser(host=HOST)
    client.raise_request_exception = False

    found = found_in(everything_said(client))

    assert {trace.partition(":")[0] for trace in found} == {"GET /boast/"}, found


@pytest.mark.parametrize(
    "planted",
    ["CryptoUniverse", "crypto universe", "cryptouniverse.io", '<use href="#i-mark"/>', "http://acme.localhost:8000/"],
)
def test_the_eye_sees_each_kind_of_trace(planted):
    assert len(traces_in(f"before {planted} after")) == 1
