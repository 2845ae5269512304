"""Every error is known and documented."""

from django.conf import settings

from cryptouniverse.api.registry import error_entries, errors_page
from tests.people import browser


def test_the_page_of_errors_is_up_to_date():
    written = (settings.BASE_DIR / "docs" / "errors.md").read_text(encoding="utf-8")

    assert written == errors_page(), "run ./cu manage document_errors"


def test_every_error_has_a_title_a_meaning_and_a_fitting_status():
    for entry in error_entries():
        domain, _, reason = entry.code.partition(".")
        assert domain and reason and entry.title and entry.meaning, entry
        assert entry.status in {202, 400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 422, 428, 429, 500, 503}, entry


def test_a_problems_type_leads_to_a_page_that_explains_it(acme):
    page = browser().get("/problems/idempotency.key_missing")

    assert page.status_code == 200 and b"idempotency.key_missing" in page.content
    assert "… of your runs are kept" in browser().get("/problems/backtest.too_many_kept").content.decode()
    assert browser().get("/problems/no.such").status_code == 404
