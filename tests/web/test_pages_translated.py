"""What is marked is translated where it is shown: in a language made for this, nothing of ours stays English."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from cryptouniverse.kernel.words import told
from tests.people import browser, member
from tests.pseudo import english_in, pseudo
from tests.trading.test_risk_gate import LIMITS, REFUSALS, book, proposal, replace
from tests.web.seen import words_of
from trading.risk.gate import judge


@pytest.mark.parametrize("address", ["/", "/?show=refused", "/?open=stop", "/?open=topup", "/desk/panels/?only=all"])
def test_the_desk_says_nothing_in_english(busy_page, busy_desk, language, address):
    html = busy_page.get(address, headers={"accept-language": language}).content.decode()

    assert english_in(html) - words_of(busy_desk) == set()
    assert pseudo("Open positions") in html


@pytest.mark.parametrize(("limits", "standing", "asked", "rule"), REFUSALS)
def test_every_rule_speaks_the_readers_language(language, limits, standing, asked, rule):
    answer = judge(proposal(**asked), book(**standing), replace(LIMITS, **limits))

    with translation.override(language):
        said = f"{told(answer.limit, translation.gettext)} {told(answer.value, translation.gettext)}"

    assert answer.rule == rule and "%(" not in said
    assert english_in(said) <= {"binance", "BTC", "USDT", "UTC", "CooldownPeriod"}  # names


def test_a_problem_says_title_and_detail_in_the_language(acme, language):
    auditor = browser(member("ada@acme.example", role="admin"))

    body = auditor.get("/api/v1/audit/records?limit=0", headers={"accept-language": language}).json()

    assert body["code"] == "request.malformed"
    assert body["title"] == pseudo("The request cannot be read")
    assert body["detail"] == pseudo("limit is a whole number from 1 to %(most)s.") % {"most": 100}


def test_the_page_of_a_problem_is_in_the_language_but_for_its_documentation(reader):
    html = reader.get("/problems/credits.insufficient").content.decode()

    assert pseudo("There are not enough credits") in html


def test_a_refusal_of_a_form_is_said_in_the_language(reader, desk):
    html = reader.post("/desk/rearm/", {"reason": ""}, follow=True).content.decode()

    assert pseudo("Say why, for the record.") in html


def test_commands_answer_in_the_language(acme_ctx, language, tmp_path):
    bad = tmp_path / "binance_BTC-USDT_1h.csv"
    bad.write_text("ts,open,high,low,close,volume\n1704067200000,1,2,3,1,1\n")
    out, err = StringIO(), StringIO()

    with translation.override(language):
        with pytest.raises(CommandError) as refused:
            call_command("import_candles", str(bad), stdout=out, stderr=err)
        with pytest.raises(CommandError) as unknown:
            call_command("new_password", "nobody", "alice@example.com")

    assert str(unknown.value) == pseudo("There is no active tenant named %s.") % "nobody"
    assert pseudo("high is below low") in err.getvalue()
    left = english_in(" ".join([out.getvalue(), err.getvalue(), str(refused.value)]).replace(str(bad), ""))
    assert left == set()


def test_commands_list_and_explain_themselves_in_the_language(acme_ctx, language):
    from cryptouniverse.kernel.events.management.commands.dead_letters import Command

    out = StringIO()
    with translation.override(language):
        call_command("dead_letters", stdout=out)
        explained = Command().create_parser("manage.py", "dead_letters").format_help()

    assert out.getvalue().strip() == pseudo("%(number)d dead letters.") % {"number": 0}
    assert pseudo("deliver all again, or one") in explained and pseudo("List the events") in explained


def test_the_operators_admin_names_its_columns_in_the_language(acme, language):
    from django.contrib.admin import site
    from django.contrib.admin.utils import label_for_field

    with translation.override(language):
        left = {
            f"{model._meta.label}.{name}: {label}"
            for model, admin in site._registry.items()
            if admin.__module__.split(".")[0] not in {"django", "allauth", "django_celery_beat", "django_otp"}
            for name in admin.list_display
            if name not in {"last_login"}  # Django's own
            and english_in(label := str(label_for_field(name, model, admin))) - {"USD"}
        }
    assert left == set()
