"""A password hash that is quick to make, for people whose password is printed on the console."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickHasher(PBKDF2PasswordHasher):
    """Read by the ordinary hasher of the same name, which renews it at the first sign-in."""

    iterations = 1_000
