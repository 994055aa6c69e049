"""How passwords are hashed."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes, one lane.

    These are OWASP's figures (ASVS 5.0, appendix C; Password Storage Cheat Sheet). With Django's own a
    sign-in takes 100 MiB and nine times the processor time, and on the last evening of a round hundreds
    sign in.
    """

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
