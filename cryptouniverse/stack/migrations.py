"""`python -m cryptouniverse.stack.migrations`: django-migration-linter over our own migrations.

A migration that is not the first of its app must not break the release before it (expand, then contract).
"""

from __future__ import annotations

import os
import sys

# Looked at by hand, and why each may lock: name -> reason.
JUDGED = {
    "0003_domain_states": "a few rows of hosts; what becomes unique here was unique in a stricter way before",
}


def lint() -> int:
    """0 if every migration after an app's first one can run while the release before it still serves."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cryptouniverse.settings")
    django.setup()
    from django.apps import apps
    from django_migration_linter import MigrationLinter

    from cryptouniverse.stack.home import PROJECT

    ours = [
        app.label
        for app in apps.get_app_configs()
        if app.path.startswith(str(PROJECT)) and "site-packages" not in app.path
    ]
    linter = MigrationLinter(
        str(PROJECT),
        include_apps=ours,
        ignore_initial_migrations=True,
        no_cache=True,
        quiet=["ok", "ignore"],
        ignore_name=tuple(JUDGED),
    )
    linter.lint_all_migrations()
    linter.print_summary()
    return 1 if linter.has_errors else 0


if __name__ == "__main__":
    sys.exit(lint())
