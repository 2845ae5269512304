"""The generated clients against a running server: they read, they write, and a refusal has its code."""

import importlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cryptouniverse.api.clients import FOLDER, install_node_packages, make_clients, node_command
from cryptouniverse.kernel.tenancy import in_tenant
from tests.people import browser, member

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def headers(committed):
    """What makes a caller Carla of the tenant Clients, which has the server's own address as a host: Node's fetch lets
    nobody say another one.
    """
    with committed("clients", "127.0.0.1") as tenant, in_tenant(tenant):
        client = browser(member("carla@clients.example"), host="clients.localhost")
        client.get("/webhooks/add/")  # a page with a form gives the token against forgery
        kept = {name: client.cookies[name].value for name in ("sessionid", "csrftoken")}
        cookie = "; ".join(f"{name}={value}" for name, value in kept.items())
        yield {"Cookie": cookie, "X-CSRFToken": kept["csrftoken"]}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder of clients, made of the document as it is now."""
    folder = tmp_path_factory.mktemp("made") / "clients"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("node_modules", "cryptouniverse_client", "go"))
    make_clients(("python", "typescript"), folder)
    return folder


@pytest.fixture
def package(monkeypatch, made):
    """The Python client's package, as who installs it imports it."""
    monkeypatch.syspath_prepend(str(made / "python"))
    yield lambda name: importlib.import_module(f"cryptouniverse_client{name}")
    for name in [one for one in sys.modules if one.startswith("cryptouniverse_client")]:
        del sys.modules[name]


@pytest.mark.prove
def test_the_python_client_reads_writes_and_is_refused(headers, port, package):
    models, calls = package(".models"), ".api.webhooks.webhooks_"
    client = package("").Client(base_url=f"http://127.0.0.1:{port}", headers=headers)
    body = models.NewEndpoint(url="https://hooks.example.com/py", events=["credits.*"], description="From Python")

    made = package(f"{calls}create").sync(client=client, body=body)
    read = package(f"{calls}retrieve").sync(webhook_id=made.id, client=client)
    page = package(f"{calls}list").sync(client=client, limit=1)
    inside = models.NewEndpoint(url="https://10.0.0.1/", events=["*"])
    refused = package(f"{calls}create").sync(client=client, body=inside)

    assert made.secret.startswith("whsec_") and read.description == "From Python"
    assert [one.id for one in page.data] == [made.id] and page.has_more is False
    assert isinstance(refused, models.Problem) and refused.code == "egress.bad_address"


@pytest.mark.soak
def test_the_typescript_client_reads_writes_and_is_refused(headers, port, made):
    folder = made / "typescript"
    shutil.copy(Path(__file__).parent / "clients_probe.ts", folder / "probe.ts")
    install_node_packages(folder)
    _run(node_command("node_modules/typescript/bin/tsc", "--noEmit"), folder)

    probe = {"PROBE_ADDRESS": f"http://127.0.0.1:{port}", "PROBE_HEADERS": json.dumps(headers)}
    said = json.loads(_run(node_command("probe.ts"), folder, **probe))
    assert said == {
        "ping": 200,
        "made": 201,
        "secret": "whsec_",
        "read": "From TypeScript",
        "page": 1,
        "refused": "egress.bad_address",
    }


def _run(command, folder, **variables):
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **variables}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
