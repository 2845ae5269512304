"""A hasher that says how often it was asked: hashing is what makes a sign-in slow, and what gives away who is known."""

from django.contrib.auth.hashers import MD5PasswordHasher

counted: list[str] = []


class CountedHasher(MD5PasswordHasher):
    """MD5, counted."""

    def encode(self, password, salt):
        """As it does, and note it."""
        counted.append("hashed")
        return super().encode(password, salt)
