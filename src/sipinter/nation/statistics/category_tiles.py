"""The row of category counts."""

from dataclasses import dataclass

from sipinter.nation.results import categories

from .queries import Counts


@dataclass(frozen=True)
class CategoryTile:
    """One category and how many agencies have it as their latest result."""

    code: str
    look: categories.CategoryLook
    count: int


@dataclass(frozen=True)
class InstrumentTiles:
    """The categories of one instrument, best first."""

    instrument_id: str
    tiles: list[CategoryTile]

    @property
    def total(self) -> int:
        return sum(tile.count for tile in self.tiles)


def category_tiles(counts: Counts) -> list[InstrumentTiles]:
    """Counts per category, zero where none; the instrument with the most results first."""
    found = []
    for instrument_id in dict.fromkeys(own for own, _code in counts):
        known = categories.category_codes(
            instrument_id, also=[code for own, code in counts if own == instrument_id]
        )
        tiles = [
            CategoryTile(
                code, categories.category_look(instrument_id, code), counts.get((instrument_id, code), 0)
            )
            for code in reversed(known)
        ]
        found.append(InstrumentTiles(instrument_id, tiles))
    return sorted(found, key=lambda one: -one.total)
