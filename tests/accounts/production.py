"""The settings of the production profile, read by a process of its own."""

import json
import os
import subprocess
import sys
from typing import Any

_PRINT = """
import json, django.conf
names = [f"{kind}_COOKIE_{what}" for kind in ("SESSION", "CSRF") for what in ("NAME", "SECURE", "DOMAIN", "PATH")]
print(json.dumps({name: getattr(django.conf.settings, name) for name in names}))
"""


def production_settings() -> dict[str, Any]:
    """The cookie settings in production."""
    environment = {
        **os.environ,
        "CU_PROFILE": "production",
        "CU_BASE_DOMAIN": "example.com",
        "SECRET_KEY": "s3cr3t" * 10,
        "CU_MASTER_KEY": "s3cr3t" * 10,
        "CU_AUDIT_KEY": "s3cr3t" * 10,
        "CU_TOKEN_KEY": "s3cr3t" * 10,
    }
    done = subprocess.run([sys.executable, "-c", _PRINT], env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)
