"""A secret does not leave by accident."""

import copy
import io
import json
import logging
import pickle
import traceback
from dataclasses import asdict, dataclass

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from kombu.utils.json import dumps as kombu_dumps

from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.secret import Secret

TEXT = "canary-5b1f0a"


@dataclass(frozen=True)
class Holder:
    key: Secret


def test_only_reveal_gives_the_text():
    assert Secret(TEXT).reveal() == TEXT


@pytest.mark.parametrize("show", [str, repr, "{}".format, "{!r:>40}".format, "%s".__mod__, lambda s: f"{s}", ascii])
def test_it_does_not_print(show):
    assert TEXT not in show(Secret(TEXT))
    assert "***" in show(Secret(TEXT))


def test_it_does_not_print_inside_something_else_nor_in_a_log_nor_in_a_traceback_with_locals():
    secret, stream = Secret(TEXT), io.StringIO()
    logger = logging.Logger("secrets", logging.DEBUG)
    logger.addHandler(logging.StreamHandler(stream))
    logger.debug("%s %r %s", secret, [secret], {"key": Holder(secret)})
    try:
        raise ValueError(secret)
    except ValueError as error:
        told = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())

    assert TEXT not in stream.getvalue() + told
    assert "Secret(***)" in stream.getvalue()
    assert "Secret(***)" in told


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_it_is_not_pickled(protocol):
    with pytest.raises(TypeError):
        pickle.dumps({"key": Secret(TEXT)}, protocol)


@pytest.mark.parametrize("dump", [json.dumps, lambda value: json.dumps(value, cls=DjangoJSONEncoder), kombu_dumps])
def test_it_does_not_become_json(dump):
    with pytest.raises(TypeError):
        dump({"key": Secret(TEXT)})


def test_two_with_one_text_are_equal_and_none_equals_a_string():
    assert Secret(TEXT) == Secret(TEXT)
    assert Secret(TEXT) != Secret(TEXT + "x")
    assert Secret("clé") != Secret("clef")
    assert Secret(TEXT) != TEXT


def test_it_is_frozen_unhashable_and_never_empty():
    secret = Secret(TEXT)
    with pytest.raises(AttributeError):
        secret.text = "other"
    with pytest.raises(AttributeError):
        secret._text = "other"
    with pytest.raises(AttributeError):
        del secret._text
    with pytest.raises(TypeError):
        hash(secret)
    for empty in ("", None, b"bytes"):
        with pytest.raises(Invalid):
            Secret(empty)


def test_a_copy_is_the_secret_itself():
    secret = Secret(TEXT)
    assert copy.copy(secret) is copy.deepcopy(secret) is asdict(Holder(secret))["key"] is secret
