"""What the pages say that can be looked up: links, files, commands, settings. Each finder yields what is not there."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.architecture.sources import ROOT

_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_QUOTED = re.compile(r"`([^`\n]+)`")
_FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
_FILE = re.compile(r"[\w./-]+/[\w.-]*\.(?:py|md|sql|js|css|html|json|txt|in|toml)|[\w./-]+/[\w-]+/")
_COMMAND = re.compile(r"\./cu ([a-z]+)")
_MANAGE = re.compile(r"\./cu manage ([a-z_]+)")
_CALL = re.compile(r"\./cu manage ([a-z_]+)([^`\n]*)")
_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
_SETTING = re.compile(r"^\| `([A-Z_]+)` \|", re.MULTILINE)
_HELP = re.compile(r"^  ([a-z]+)\b", re.MULTILINE)
_ELSEWHERE = (".cu/", "/")  # made when the product runs, or outside the project


def pages() -> list[Path]:
    """Every page that we wrote: those at the top, those in docs, and each domain's README."""
    top = [folder for folder in ROOT.iterdir() if folder.is_dir() and not folder.name.startswith(".")]
    below = [page for folder in top for page in folder.rglob("README.md")]
    return sorted({*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *below})


def broken_links(text: str, folder: Path) -> Iterator[str]:
    """Relative links that lead nowhere, and anchors that no heading has."""
    for target in _LINK.findall(_FENCED.sub("", text)):
        if "://" in target or target.startswith("mailto:"):
            continue
        name, _, anchor = target.partition("#")
        page = folder / name if name else None
        there = page is None or page.exists()
        if not there or (anchor and anchor not in _anchors(page.read_text() if page else text)):
            yield target


def missing_files(text: str) -> Iterator[str]:
    """Files and folders in backticks, by their path from the top, that are not there; `<name>` is not asked."""
    for quoted in _QUOTED.findall(_FENCED.sub("", text)):
        if _FILE.fullmatch(quoted) and not quoted.startswith(_ELSEWHERE) and not (ROOT / quoted).exists():
            yield quoted


def unknown_commands(text: str) -> Iterator[str]:
    """`./cu` commands that its help does not list, and commands of manage.py that Django does not find."""
    from django.core.management import get_commands

    yield from (name for name in _COMMAND.findall(text) if name not in listed_commands())
    yield from (name for name in _MANAGE.findall(text) if name not in get_commands())


def unknown_options(text: str) -> Iterator[str]:
    """Options that a command of manage.py does not take, where a page says how to call it: "command --option"."""
    from django.core.management import get_commands, load_command_class

    for name, rest in _CALL.findall(text.replace("\\\n", " ")):
        if name in get_commands():
            parser = load_command_class(get_commands()[name], name).create_parser("manage.py", name)
            known = {option for action in parser._actions for option in action.option_strings}
            yield from (f"{name} {option}" for option in _OPTION.findall(rest) if option not in known)


@cache
def listed_commands() -> frozenset[str]:
    """What `./cu help` lists."""
    usage = re.search(r"cat <<'TEXT'\n(.*?)\nTEXT", (ROOT / "cu").read_text(), re.DOTALL)
    assert usage
    return frozenset(_HELP.findall(usage[1]))


def settings_named(text: str) -> set[str]:
    """The names in the first column of the settings' table."""
    return set(_SETTING.findall(text))


def first_python(text: str) -> str:
    """The first Python example of a page."""
    found = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    assert found
    return found[1]


def _anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
