"""How passwords are hashed."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes, one lane.

    These are OWASP's figures (ASVS 5.0, appendix C; Password Storage Cheat Sheet). Django's own are an
    eightfold of them: on the last evening of a round hundreds sign in, each for a quarter of a second of a
    processor and 100 MiB.
    """

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
