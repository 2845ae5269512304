"""A text is kept in no language, and told in the reader's."""

from django.apps import apps

from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.words import Kept, said, told
from cryptouniverse.labels import COLUMNS, MODELS, names_itself
from tests.architecture.sources import APPS

BACKWARDS = {
    "%(held)s held of %(cap)s": "of %(cap)s: %(held)s",
    "it is empty": "leer",
    "%(why)s, row %(row)s": "%(row)s: %(why)s",
}.get


def test_what_was_said_is_told_in_english_and_in_another_language():
    kept = said("%(held)s held of %(cap)s", held="10.50", cap=12)

    assert told(kept) == "10.50 held of 12"
    assert told(kept, lambda text: BACKWARDS(text, text)) == "of 12: 10.50"


def test_plain_texts_are_told_as_they_are():
    assert [told(text) for text in ("", "5%", "binance:BTC/USDT", "100% of it")] == [
        "", "5%", "binance:BTC/USDT", "100% of it",
    ]  # fmt: skip


def test_a_fact_cannot_make_itself_another_fact():
    assert told(said("%(a)s and %(b)s", a="x\nb=y", b="z")) == "x b=y and z"


def test_an_error_tells_its_facts_and_what_was_kept_among_them():
    error = Invalid("%(why)s, row %(row)s", why=Kept("it is empty"), row=3)

    assert str(error) == "it is empty, row 3"
    assert error.sentence(lambda text: BACKWARDS(text, text)) == "3: leer"


def test_a_text_that_does_not_fit_its_facts_never_fails():
    assert str(Invalid("100% of %(nothing)s", other=1)) == "100% of %(nothing)s"


def test_every_table_and_column_that_the_admin_can_show_has_a_name_that_can_be_translated():
    ours = [model for model in apps.get_models() if model.__module__.split(".")[0] in APPS]
    columns = [field for model in ours for field in model._meta.local_fields]

    assert [
        f"{c.model._meta.label}.{c.name}: add it to COLUMNS of cryptouniverse/labels.py"
        for c in columns
        if not names_itself(c)
    ] == []
    assert [m._meta.label for m in ours if isinstance(m._meta.verbose_name, str)] == [], "add it to MODELS there"
    assert MODELS.keys() <= {model._meta.label for model in ours}
    assert COLUMNS.keys() <= {column.name for column in columns}
