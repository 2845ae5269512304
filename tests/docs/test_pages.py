"""What the pages say is so: links lead somewhere, files and commands exist, every setting is explained."""

import pytest
from django.apps import apps

from cryptouniverse.environment import Environment
from cryptouniverse.stack.commands import COMMANDS
from tests.architecture.sources import ROOT
from tests.docs.pages import (
    broken_links,
    listed_commands,
    missing_files,
    pages,
    settings_named,
    unknown_commands,
    unknown_options,
)

PAGES = pages()
OUR_WORDS = [page for page in PAGES if page.name != "README.md" or page.parent == ROOT or "docs" in page.parts]
SETTINGS = ROOT / "docs/how-to/use-your-own-postgres.md"


def _named(page):
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=_named)
def test_every_relative_link_leads_somewhere(page):
    assert list(broken_links(page.read_text(), page.parent)) == []


@pytest.mark.parametrize("page", OUR_WORDS, ids=_named)
def test_every_file_that_is_named_exists(page):
    assert list(missing_files(page.read_text())) == []


@pytest.mark.parametrize("page", PAGES, ids=_named)
def test_every_command_that_is_named_exists(page):
    assert list(unknown_commands(page.read_text())) == []
    assert list(unknown_options(page.read_text())) == []


def test_help_lists_what_the_door_knows():
    assert set(COMMANDS) | {"lock", "help"} == listed_commands()


def test_every_setting_is_explained_and_no_other():
    assert settings_named(SETTINGS.read_text()) == {name.upper() for name in Environment.model_fields}


def test_the_table_of_schemas_has_every_domain_once_and_every_model():
    lines = (ROOT / "docs/architecture.md").read_text().splitlines()
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if line.count("|") == 5]
    for config in apps.get_app_configs():
        name, models = config.name.removeprefix("cryptouniverse.kernel.").split("."), {*config.get_models()}
        called = ".".join(name) if len(name) > 1 else f"kernel.{name[0]}"
        if (ROOT / config.path).is_relative_to(ROOT) and ".venv" not in config.path and models:
            listed = [{*row[2].split(", ")} for row in rows if called in row[0].split(", ")]
            assert len(listed) == 1, called
            assert "..." in listed[0] or listed[0] == {model.__name__ for model in models}, called


def test_every_decision_is_in_the_index():
    folder = ROOT / "docs/decisions"
    index = (folder / "README.md").read_text()
    missing = [page.name for page in folder.glob("*.md") if f"({page.name})" not in index]
    assert missing == ["README.md"]


def _links(text):
    return broken_links(text, ROOT)


@pytest.mark.parametrize(
    ("finder", "text", "found"),
    [
        (_links, "[a](docs/nowhere.md) ![b](nothing.png)", ["docs/nowhere.md", "nothing.png"]),
        (_links, "[a](docs/architecture.md#nothing)", ["docs/architecture.md#nothing"]),
        (_links, "[a](docs/architecture.md#the-ring) [b](https://example.com/x)", []),
        (missing_files, "`trading/risk/gates.py` `trading/risks/`", ["trading/risk/gates.py", "trading/risks/"]),
        (missing_files, "`trading/risk/gate.py` `trading/risk/rules/<name>.py` `.cu/secrets.env`", []),
        (unknown_commands, "`./cu fly` `./cu manage levitate`", ["fly", "levitate"]),
        (unknown_commands, "`./cu run --port 1` `./cu manage bootstrap`", []),
        (unknown_options, "`./cu manage ladder x --price 1 --height 2`", ["ladder --height"]),
        (settings_named, "| `CU_PORT` | `8000` | the port |\n| port | `CU_HOME` | no |", ["CU_PORT"]),
    ],
)
def test_what_is_not_so_is_found(finder, text, found):
    assert list(finder(text)) == found
