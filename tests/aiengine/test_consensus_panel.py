"""The panel at work: three vendors over real sockets, asked in parallel, with one deadline for the round."""

from dataclasses import replace
from threading import Barrier, Thread
from time import perf_counter

import pytest
from django.db import connection
from pydantic import SecretStr

from aiengine.consensus.models import OpinionRecord, VerdictRecord
from aiengine.consensus.panel import ask_panel
from aiengine.consensus.services import verdicts_for
from aiengine.providers.selectors import configured_providers
from cryptouniverse.kernel.market import Side
from cryptouniverse.kernel.tenancy import in_tenant
from tests.aiengine.stage import DAY_41, HOUR_MS, READINGS, actors, entry, given_market, question, said
from tests.aiengine.vendor_server import VENDORS, Reply, answering, serving
from tests.web.stage import forget_market

SLOT = DAY_41 + 5 * HOUR_MS


@pytest.fixture
def vendors(settings):
    """Three vendors on the loopback, with keys configured for all of them."""
    with serving() as server:
        keys = {f"{vendor}_api_key": SecretStr(f"key-of-{vendor}") for vendor in VENDORS}
        urls = {f"{vendor}_base_url": server.base_url(vendor) for vendor in VENDORS}
        settings.CU = settings.CU.model_copy(update={**keys, **urls, "cu_panel_deadline_s": 15.0})
        yield server


def test_the_vendors_whose_keys_are_there_sit_on_the_panel(vendors, settings):
    assert [provider.name for provider in configured_providers()] == list(VENDORS)

    settings.CU = settings.CU.model_copy(update={"openai_api_key": None, "gemini_api_key": SecretStr("")})
    assert [provider.name for provider in configured_providers()] == ["anthropic"]


def test_three_vendors_are_asked_at_the_same_time_and_agree(vendors, acme, tmp_path, real_data):
    given_market(tmp_path)
    together = Barrier(len(VENDORS))  # each answers only once all three have been asked
    for vendor in VENDORS:
        vendors.replies[vendor] = replace(answering(real_data, vendor, said()), together=together)

    verdict = verdicts_for(signals=[entry(SLOT)], slot_ms=SLOT).popitem()[1]

    assert (verdict.side, verdict.by_rules, len(verdict.opinions)) == (Side.BUY, False, 3)
    assert all(opinion.cost_usd > 0 and opinion.latency_ms >= 0 for opinion in verdict.opinions)


def test_one_vendor_down_leaves_a_quorum_and_two_down_do_not(vendors, acme, tmp_path, real_data):
    given_market(tmp_path)
    vendors.replies = {vendor: answering(real_data, vendor, said()) for vendor in VENDORS}

    vendors.replies["gemini"] = Reply({"error": {"code": 503, "status": "UNAVAILABLE"}}, 503)
    assert verdicts_for(signals=[entry(SLOT)], slot_ms=SLOT).popitem()[1].side is Side.BUY
    vendors.replies["openai"] = Reply(drops=True)
    assert verdicts_for(signals=[entry(SLOT, entry=30)], slot_ms=SLOT).popitem()[1].side is None


def test_a_round_of_many_questions_ends_at_its_deadline(vendors):
    vendors.replies = dict.fromkeys(VENDORS, Reply(hangs=True))
    questions = [question(readings=READINGS | {"rsi": float(number)}) for number in range(20)]
    seats, began = configured_providers(), perf_counter()

    said_by = ask_panel(questions, seats, deadline_s=0.5)

    assert perf_counter() - began < 5
    assert {opinion.error for opinions in said_by.values() for opinion in opinions} == {"late"}
    assert len(said_by) == 20 and all(len(opinions) == 3 for opinions in said_by.values())


def test_no_key_reaches_the_records(vendors, acme, tmp_path):
    given_market(tmp_path)
    vendors.replies = {vendor: Reply({"error": {"message": f"key-of-{vendor}"}}, 401) for vendor in VENDORS}

    verdicts_for(signals=[entry(SLOT)], slot_ms=SLOT)

    kept = str(list(VerdictRecord.objects.values())) + str(list(OpinionRecord.objects.values()))
    assert "key-of" not in kept and kept.count("unauthorised") >= 3


@pytest.fixture
def committed_market(fresh_tenant, tmp_path):
    """A market that other connections see, and that is gone afterwards."""
    given_market(tmp_path)
    yield fresh_tenant
    forget_market()


def test_two_workers_that_ask_at_once_keep_one_verdict(committed_market, django_db_blocker):
    start, kept = Barrier(2), []

    def work(side):
        with django_db_blocker.unblock(), in_tenant(committed_market):
            start.wait(timeout=30)
            kept.append(verdicts_for(signals=[entry(SLOT)], slot_ms=SLOT, providers=actors(said(side), said(side))))
            connection.close()

    workers = [Thread(target=work, args=(side,)) for side in ("BUY", "HOLD")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)

    assert kept[0] == kept[1] and VerdictRecord.objects.count() == 1 and OpinionRecord.objects.count() == 2
