"""Working as the database role `owner`: migrations, schemas and grants. Never in a web or worker process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

from cryptouniverse.kernel.errors import Unavailable
from cryptouniverse.kernel.words import gettext_noop as _


@contextmanager
def as_owner() -> Iterator[None]:
    """Inside, the default connection of this thread is the role `owner`'s. Not inside a transaction.

    Raises Unavailable when this process was not given DATABASE_OWNER_URL (web and workers are not).
    """
    if settings.CU.database_owner_url is None:
        raise Unavailable(_("DATABASE_OWNER_URL is not set: `./cu manage` gives it to the commands that provision."))
    role = settings.CU.database(owner=True)
    keys = ("USER", "PASSWORD")
    before = {key: connection.settings_dict[key] for key in keys}
    connection.close()
    connection.settings_dict.update({key: role[key] for key in keys})
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)
