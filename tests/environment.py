"""Sets the environment before Django reads it: the test profile, the embedded servers, and a Redis database per worker.

Loaded as `-p tests.environment` (pyproject.toml), which pytest imports before pytest-django looks at the settings.
"""

import os
import subprocess
import sys
from urllib.parse import urlsplit, urlunsplit


def _servers() -> dict[str, str]:
    printed = subprocess.run(
        [sys.executable, "-m", "cryptouniverse.stack", "env"], check=True, capture_output=True, text=True, timeout=120
    ).stdout
    return dict(line.removeprefix("export ").replace("'", "").split("=", 1) for line in printed.splitlines())


def redis_of(worker: str, url: str) -> str:
    """The server's database that belongs to this test process."""
    number = 1 + int(worker.removeprefix("gw")) if worker else 15
    return urlunsplit(urlsplit(url)._replace(path=f"/{number}"))


if "DATABASE_URL" not in os.environ:
    os.environ.update(_servers())
os.environ["CU_PROFILE"] = "test"
os.environ["CU_LOG_LEVEL"] = os.environ.get("CU_LOG_LEVEL", "WARNING")
os.environ["REDIS_URL"] = redis_of(os.environ.get("PYTEST_XDIST_WORKER", ""), os.environ["REDIS_URL"])
for name in ("ANONYMOUS", "SIGNED_IN", "ADMIN", "SIGN_IN", "TEST", "FAULTS"):  # tests of limits set their own
    os.environ[f"CU_LIMIT_{name}"] = "1000000"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cryptouniverse.settings")
for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "CU_SANDBOX_URL", "CU_SANDBOX_TOKEN"):
    os.environ.pop(name, None)
