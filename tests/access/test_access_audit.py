"""Every write leaves the record that its rule names, also when it is done for somebody else, who is named then."""

from django.db import transaction

from cryptouniverse.kernel.access import SAFE_METHODS
from tenants.audit.selectors import audit_records
from tests.access.matrix import MATRIX, WALKED_FOR_AUDIT
from tests.access.rows import OPEN, TRADE
from tests.access.walking import asked
from tests.api.test_api_writes import CALLS
from tests.people import browser
from tests.routes import http_routes

RULES = {(method, route.path): rule for route in http_routes() for method, rule in route.rules().items()}
WRITES = [
    (method, path)
    for method, path in sorted(WALKED_FOR_AUDIT - {key for key, row in MATRIX.items() if row.permission is OPEN})
    if method not in SAFE_METHODS and path not in CALLS
]
BEFORE = {  # who runs is not resumed
    "api/v1/bots/<uuid:bot_id>/resume": ("POST", "api/v1/bots/<uuid:bot_id>/pause"),
    "bots/<uuid:bot_id>/desk/resume/": ("POST", "bots/<uuid:bot_id>/desk/pause/"),
}


def records_of(client, stage, method, path):
    """What one call leaves in the audit, oldest first; it is undone after."""
    with transaction.atomic():
        if path in BEFORE:
            asked(client, *BEFORE[path], MATRIX[BEFORE[path]], stage.ids)
        before = audit_records().count()
        asked(client, method, path, MATRIX[method, path], stage.ids)
        made = list(audit_records()[: audit_records().count() - before])
        transaction.set_rollback(True)
    return made


def test_a_write_leaves_the_record_that_its_rule_names(stage):
    owner = stage.people["owner"]
    type(owner).objects.filter(pk=owner.pk).update(role="admin")
    client, wrong = browser(owner), []

    for method, path in WRITES:
        made = records_of(client, stage, method, path)
        rule = RULES[method, path]
        named = [] if rule.keeps_nothing else [(rule.audit, owner.public_id)]
        if [(one.action, one.actor) for one in made] != named:
            wrong.append((method, path, [one.action for one in made]))

    assert wrong == []
    assert len(WRITES) > 30


def test_what_is_done_for_another_says_who_did_it_and_for_whom(stage):
    trader, owner = stage.people["team_trader"], stage.people["owner"]
    client = browser(trader)
    done = [key for key, row in MATRIX.items() if row.who == TRADE and key in WRITES]

    for method, path in done:
        [record] = records_of(client, stage, method, path)
        assert (record.actor, record.after["on_behalf_of"]) == (trader.public_id, str(owner.public_id)), path
    assert len(done) >= 6
