"""Limits low enough to be reached in a test."""

from contextlib import contextmanager

from django.conf import settings as django_settings
from django.test import override_settings

LOW = {"anonymous": 3, "signed_in": 5, "admin": 8, "sign_in": 4, "test": 2, "faults": 1_000}


def low_limits(**changed: int):
    """Inside, limits are low; `changed` says which are others."""
    values = {f"cu_limit_{name}": value for name, value in (LOW | changed).items()}
    return override_settings(CU=django_settings.CU.model_copy(update=values))


@contextmanager
def redis_away():
    """Inside, nobody answers where Redis should be."""
    from cryptouniverse.api.limits import forget_counts

    with override_settings(REDIS_URL="redis://127.0.0.1:1/0"):
        forget_counts()
        yield
    forget_counts()
