"""Why a file was not taken, as sentences: what it is, that nothing was kept, what to do."""

import logging

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from sipinter.foundation.access.errors import Invalid, NotAnswering

from ..models import Blob
from ..reader import faults
from .media import TAKEN, Label, Media, describe_content

logger = logging.getLogger(__name__)
MISNAMED = "misnamed"  # a sound file under another kind's name


def storage_error(cause: object) -> NotAnswering:
    """The storage fails; the log names the cause, the person gets a sentence."""
    logger.error("storage: %s", cause)
    return NotAnswering(
        _("The storage of documents does not answer at the moment. Nothing was kept. Try again in a minute.")
    )


def upload_error(sentence: str) -> Invalid:
    """The refusal of an upload; the sentence stands at the form's `file` field."""
    return Invalid.at("file", sentence)


def empty_file_error() -> Invalid:
    """A file without content."""
    return upload_error(_("The file is empty (0 bytes). Nothing was kept. Choose the file again."))


def too_large_error(limit: int) -> Invalid:
    """A file over the limit (bytes)."""
    return upload_error(
        _(
            "The file is larger than %(limit)s MB. Nothing was kept. "
            "Make it smaller (for example scan at 150 dpi) or divide it into parts."
        )
        % {"limit": f"{limit / 1024 / 1024:g}".replace(".", ",")}
    )


def infected_file_error(signature: str) -> Invalid:
    """A file in which the scanner found something before."""
    return upload_error(
        _("A virus was found in this file (%(signature)s). Nothing was kept. Add a clean copy.")
        % {"signature": signature}
    )


def no_room_error(taken: int, limit: int, size: int) -> Invalid:
    """A file for which the agency has no room left (all in bytes)."""
    return upload_error(
        _(
            "There is no room for this file of %(size)s: your agency uses %(taken)s of %(limit)s. "
            "Nothing was kept. Make the file smaller (for example scan at 150 dpi), use a document from the "
            "library, or ask the administrator for more room."
        )
        % {"size": filesizeformat(size), "taken": filesizeformat(taken), "limit": filesizeformat(limit)}
    )


def unknown_type_error(label: Label | None, extension: str) -> Invalid:
    """A file of a kind that is not taken; `label` says what it is, when that is known."""
    taken = _("PDF, Word, Excel, PowerPoint, OpenDocument, PNG, JPEG, WebP and TIFF are taken.")
    if label is None:
        return upload_error(_("The content of the file is of no known kind. Nothing was kept.") + " " + taken)
    if extension:
        sentence = _(
            "The content of the file is %(actual)s, its name ends in .%(extension)s. Nothing was kept."
        )
    else:
        sentence = _("The content of the file is %(actual)s. Nothing was kept.")
    return upload_error(sentence % {"actual": label, "extension": extension} + " " + taken)


def misnamed_file_error(media: Media, extension: str) -> Invalid:
    """A file that is taken under another name than its own."""
    return upload_error(
        _(
            "The content of the file is %(actual)s, but its name ends in .%(extension)s. Nothing was kept. "
            "Check that it is the right file and name it .%(right)s."
        )
        % {"actual": media.label, "extension": extension, "right": media.extension}
    )


def foreign_detail(head: bytes, extension: str) -> str:
    """What is kept of a file of a kind that is not taken, for the sentence about it."""
    return f"{head[:8].hex()}:{extension}"


def judged_file_error(blob: Blob) -> Invalid:
    """The refusal of a file that was judged, from what is kept of it."""
    match blob.refusal:
        case faults.FOREIGN:
            head, _colon, extension = blob.refusal_detail.partition(":")
            return unknown_type_error(describe_content(bytes.fromhex(head)), extension)
        case code if code == MISNAMED:
            return misnamed_file_error(TAKEN[blob.media_type], blob.refusal_detail)
    return unreadable_file_error(blob.refusal, blob.refusal_detail)


def unreadable_file_error(code: str, detail: str = "") -> Invalid:
    """A file that the reader could not use, by its code (`reader.faults`)."""
    return upload_error(_sentence(code) % {"detail": detail})


def _sentence(code: str) -> str:
    match code:
        case faults.TRUNCATED:
            return _("The file is cut off: its end is missing. Nothing was kept. Save or download it again.")
        case faults.ENCRYPTED:
            return _(
                "The file is locked with a password, so nobody could read it. Nothing was kept. "
                "Save it without a password and send it again."
            )
        case faults.EMPTY:
            return _("The PDF has no pages. Nothing was kept.")
        case faults.TOO_MANY_PIXELS:
            return _(
                "The picture is too large (%(detail)s). Nothing was kept. "
                "Save it with fewer pixels; 300 dpi is enough for an A4 page."
            )
        case faults.BOMB:
            return _(
                "The file would unpack to an enormous size and is not opened. Nothing was kept. "
                "Save the document again, or as PDF."
            )
        case faults.TOO_HARD:
            return _("The file takes too long to read. Nothing was kept. Save it as a simpler PDF.")
    return _(
        "The file is damaged and cannot be opened. Nothing was kept. Save it again and check that it opens."
    )
