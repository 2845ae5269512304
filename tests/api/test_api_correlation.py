"""One id ties request, answer and problem together."""

import pytest


def test_the_callers_correlation_id_comes_back(nobody):
    answer = nobody.get("health/ping", Correlation_Id="order-7.retry_2")

    assert answer["Correlation-Id"] == "order-7.retry_2"


@pytest.mark.parametrize("bad", ["", "a b", "x" * 65, "<script>", "é"])
def test_a_malformed_correlation_id_is_replaced(nobody, bad):
    answer = nobody.get("health/ping", Correlation_Id=bad)

    assert answer["Correlation-Id"] not in ("", bad)


def test_a_problem_names_the_same_id(nobody):
    answer = nobody.get("nothing/here", Correlation_Id="abc")

    assert answer.json()["correlation_id"] == answer["Correlation-Id"] == "abc"


def test_two_requests_have_two_ids(nobody):
    assert nobody.get("health/ping")["Correlation-Id"] != nobody.get("health/ping")["Correlation-Id"]
