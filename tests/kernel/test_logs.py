"""Lines of the log: a refusal is one line, a failure has its stack."""

import json
import logging
from logging.config import dictConfig

import pytest
from django.conf import settings

from cryptouniverse.logs import logging_config


@pytest.fixture
def line(capsys):
    """What one record of `django.request` with an exception looks like on stderr."""

    def logged(level: int) -> dict:
        dictConfig({**logging_config(level="INFO", form="json")})
        try:
            raise ValueError("a secret place in the code")
        except ValueError:
            logging.getLogger("django.request").log(level, "Forbidden: %s", "/desk/", exc_info=True)
        return json.loads(capsys.readouterr().err.splitlines()[-1])

    yield logged
    dictConfig(settings.LOGGING)


def test_a_request_that_is_refused_takes_one_line_without_a_stack(line):
    said = line(logging.WARNING)

    assert said["event"] == "Forbidden: /desk/" and said["level"] == "warning"
    assert "exception" not in said


def test_a_request_that_fails_has_its_stack(line):
    assert "a secret place in the code" in line(logging.ERROR)["exception"]
