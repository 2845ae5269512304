"""How passwords are kept: Argon2id, of a size that a small server can pay for many sign-ins at once."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2idHasher(Argon2PasswordHasher):
    """46 MiB, one pass, one lane: OWASP's first recommendation, of equal strength to its others.

    Django's own takes 100 MiB and eight lanes, which eight strangers at the sign-in page turn into most of a gigabyte.
    """

    memory_cost = 47_104
    time_cost = 1
    parallelism = 1
