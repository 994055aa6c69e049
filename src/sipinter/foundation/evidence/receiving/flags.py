"""What a verifier should know about a file before relying on it."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from .media import Label

SENTENCES: dict[str, Label] = {
    "macros": _("This file contains macros: small programs. Do not allow them to run when you open it."),
    "javascript": _("This PDF contains scripts. They do not run in this preview."),
    "launch": _("This PDF asks to start a program, or to send its data, when it is opened."),
    "embedded_files": _("Other files are enclosed in this file. This preview does not show them."),
    "remote_content": _("This file fetches content from another address when it is opened."),
    "dde": _("This file asks other programs for data (DDE) when it is opened. Do not allow it."),
    "legacy": _("This file is in the format of before 2007. It cannot be shown here in full."),
    "repaired": _("This PDF is slightly damaged: its list of contents had to be rebuilt to read it."),
}


def flag_sentences(flags: Iterable[str]) -> list[Label]:
    """The sentences for a file's flags, in the order of the table above."""
    given = set(flags)
    return [sentence for flag, sentence in SENTENCES.items() if flag in given]
