"""What a tenant asks for credits: its administrators say it on a page, its people read it beside their credits."""

from decimal import Decimal

import pytest

from tenants.audit.selectors import audit_records
from tenants.branding.selectors import brand_of, read_brand
from tenants.branding.services import update_branding
from tenants.branding.types import Pack
from tests.people import browser, member
from tests.web.stage import given_desk, given_market

PAGE = "/settings/branding/prices/"


@pytest.fixture
def ada(acme):
    return member("ada@acme.example", role="admin")


@pytest.fixture
def ann(acme):
    """Who has a desk, with credits."""
    ann = member("ann@acme.example")
    given_market()
    given_desk(ann)
    return ann


def sent(*lines: tuple[str, str, str]) -> dict[str, list[str]]:
    return dict(zip(("credits", "price", "currency"), map(list, zip(*lines, strict=True)), strict=True))


def test_a_price_list_is_kept_shown_remembered_and_recorded_once(acme, ada):
    answer = browser(ada).post(PAGE, sent(("100", "9.9", "usd"), ("", "", ""), ("1000", "79", "USD")))

    packs = (Pack(Decimal(100), Decimal("9.9"), "USD"), Pack(Decimal(1000), Decimal(79), "USD"))
    assert answer.status_code == 302
    assert read_brand(acme).packs == brand_of(acme).packs == brand_of(acme).packs == packs
    page = browser(ada).get(PAGE).content.decode()
    assert 'value="100"' in page and 'value="9.9"' in page and 'value="79"' in page
    assert [record.action for record in audit_records()].count("branding.changed") == 1


def test_an_emptied_line_is_removed(acme, ada):
    update_branding(tenant=acme, actor=ada, changes={"credit_prices": [(Decimal(5), Decimal(1), "EUR")]})
    browser(ada).post(PAGE, sent(("", "", "EUR")))

    assert read_brand(acme).packs == ()


@pytest.mark.parametrize(
    "line",
    [
        ("100", "", "USD"),
        ("100", "nine", "USD"),
        ("100", "9", ""),
        ("0", "9", "USD"),
        ("1", "-1", "USD"),
        ("1", "1", "$"),
    ],
)
def test_half_a_line_or_a_wrong_one_changes_nothing_and_is_shown_again(acme, ada, line):
    answer = browser(ada).post(PAGE, sent(("50", "5", "USD"), line))

    assert answer.status_code == 422 and 'value="50"' in answer.content.decode()
    assert read_brand(acme).packs == ()


def test_people_see_it_beside_their_credits(acme, ada, ann):
    update_branding(tenant=acme, actor=ada, changes={"credit_prices": [(Decimal(1000), Decimal("79.5"), "USD")]})

    assert "1,000 credits for 79.50 USD" in browser(ann).get("/").content.decode()


def test_without_a_list_nothing_is_said(ann):
    assert "What bought credits cost" not in browser(ann).get("/").content.decode()
