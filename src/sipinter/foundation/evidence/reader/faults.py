"""What can be wrong with a file, as codes; `refusals.py` has the sentences."""


class ReaderFault(Exception):
    """The file cannot be used. `code` names why, `detail` is a figure or name for the sentence."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


DAMAGED = "damaged"
TRUNCATED = "truncated"
ENCRYPTED = "encrypted"
EMPTY = "no_pages"
TOO_MANY_PIXELS = "too_many_pixels"
BOMB = "bomb"
FOREIGN = "foreign"  # a well-formed file of a kind that is not taken
TOO_HARD = "too_hard"  # a limit of time or memory was reached
MACROS, LINKS, ENCLOSED = "macros", "links", "enclosed"  # what a plain workbook does not have
NOT_THERE = "not_there"  # the page or sheet asked for does not exist
