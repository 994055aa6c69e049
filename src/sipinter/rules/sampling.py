"""Drawing a sample that anybody can draw again: the same seed gives the same indicators."""

import hashlib
from collections.abc import Iterable


def draw_sample(codes: Iterable[str], share: int, seed: str) -> list[str]:
    """`share` per cent of `codes` (rounded up, in their order): those whose hash with `seed` is smallest.

    ValueError for a share outside 0 to 100.
    """
    if not 0 <= share <= 100:
        raise ValueError(f"share is {share}, expected 0 to 100")
    everything = list(codes)
    wanted = -(-len(everything) * share // 100)
    lots = sorted(everything, key=lambda code: sampling_hash(seed, code))
    taken = set(lots[:wanted])
    return [code for code in everything if code in taken]


def sampling_hash(seed: str, name: str) -> str:
    """The lot of `name` under `seed`: SHA-256 (hex) over "seed:name"."""
    return hashlib.sha256(f"{seed}:{name}".encode()).hexdigest()
