"""`manage.py check_books` says whether everything adds up, and what does not."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from credits.metering.models import ProfitMark
from credits.metering.selectors import check_marks
from credits.metering.services import meter
from tests.credits.stage import given_ledger, profit


def checked(**options):
    said = StringIO()
    call_command("check_books", stdout=said, **options)
    return said.getvalue()


def test_books_that_add_up_are_said_to(alice):
    given_ledger("wallet:alice 100, grants -100", "PRACTICE")
    meter([profit(alice, "30"), profit(alice, "-3")])

    assert checked(tenant="acme") == "The books of 1 tenant add up.\n"


def test_a_fault_fails_the_command_and_is_named_with_its_tenant(alice):
    given_ledger("wallet:alice 100, grants -100", "PRACTICE")
    meter([profit(alice, "30")])
    ProfitMark.objects.update(mark=31, cumulative=29, sequence=2)

    with pytest.raises(CommandError, match="3 things"):
        checked()


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"cumulative": 29}, "cumulative is not the sum of profits"),
        ({"mark": 31}, "mark is not the sum of its rises"),
        ({"sequence": 2}, "sequence has a gap"),
    ],
)
def test_each_fault_of_a_mark_is_found(alice, change, rule):
    meter([profit(alice, "30")])
    ProfitMark.objects.update(**change)

    assert [fault.rule for fault in check_marks()] == [rule]


def test_credits_consumed_without_being_booked_are_found(alice):
    meter([profit(alice, "30")])
    row = ProfitMark.objects.get().profits.get()
    ProfitMark.objects.update(sequence=2, mark=60, cumulative=60)
    type(row).objects.create(
        mark=row.mark, fill_id=alice.public_id, sequence=2, profit=30, above_mark=30, consumed=30, free=0,
        occurred_at=row.occurred_at,
    )  # fmt: skip

    assert [fault.rule for fault in check_marks()] == ["consumed is not what was booked"]
