"""Sentences that a caller may put into another language.

The rules speak English and know neither the reader nor a language. A `Message` is a plain `str` that also
remembers the template it was made from, so that the command line or the web pages can translate the template
and fill it in again. `locale/` of the room that says it holds the Indonesian.
"""

from __future__ import annotations

from typing import Protocol


class Translations(Protocol):
    """Catalogues of texts: those of the standard library's `gettext`, or `django.utils.translation`."""

    def gettext(self, message: str, /) -> str: ...
    def ngettext(self, singular: str, plural: str, number: int, /) -> str: ...


class Message(str):
    """A filled sentence (`str`) with its `template` and `params`; of one that counts, also its `forms`."""

    __slots__ = ("forms", "params", "template")
    template: str
    params: dict[str, object]
    forms: tuple[str, str, int] | None

    def __new__(cls, template: str, /, **params: object) -> Message:
        made = super().__new__(cls, template.format(**params) if params else template)
        made.template = template
        made.params = params
        made.forms = None
        return made

    @classmethod
    def plural(cls, one: str, many: str, /, *, count: int, **params: object) -> Message:
        """The sentence about one thing or about many, as `count` (a place of the templates) says."""
        made = cls(one if count == 1 else many, count=count, **params)
        made.forms = (one, many, count)
        return made

    def translated(self, translations: Translations) -> str:
        """The same sentence, its template and nested messages looked up in `translations`."""
        template = translations.ngettext(*self.forms) if self.forms else translations.gettext(self.template)
        if not self.params:
            return template
        return template.format(
            **{k: v.translated(translations) if isinstance(v, Message) else v for k, v in self.params.items()}
        )


class Refusal(ValueError):
    """What was asked cannot be answered; `message` says why in one sentence."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(str(message))
