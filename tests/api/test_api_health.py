"""Health says yes or no, to anybody, and never why."""

from tests.people import browser


def test_a_supervisor_is_answered_on_any_host_without_a_tenant(db):
    answer = browser(host="127.0.0.1").get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"healthy": True, "database": True, "redis": True})
    assert "no-store" in answer["Cache-Control"]


def test_without_redis_it_is_not_healthy_and_does_not_say_where_redis_was(db, settings):
    settings.REDIS_URL = "redis://:hunter2@127.0.0.1:1/0"

    answer = browser(host="127.0.0.1").get("/healthz")

    assert (answer.status_code, answer.json()) == (503, {"healthy": False, "database": True, "redis": False})


def test_the_api_answers_a_ping(nobody):
    assert nobody.get("health/ping").json() == {"pong": True}
