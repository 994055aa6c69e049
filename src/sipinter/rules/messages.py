"""Sentences that a caller may put into another language.

The rules speak English and know nothing of gettext. A `Message` is a plain `str`
that also remembers the template it was made from, so that the command line or the
web pages can translate the template and fill it in again.
"""

from __future__ import annotations

from collections.abc import Callable


class Message(str):
    """A filled sentence (`str`) with its `template` and `params`."""

    __slots__ = ("params", "template")
    template: str
    params: dict[str, object]

    def __new__(cls, template: str, /, **params: object) -> Message:
        made = super().__new__(cls, template.format(**params) if params else template)
        made.template = template
        made.params = params
        return made

    def translated(self, translate: Callable[[str], str]) -> str:
        """The same sentence, its template and nested messages passed through `translate`."""
        template = translate(self.template)
        if not self.params:
            return template
        return template.format(
            **{k: v.translated(translate) if isinstance(v, Message) else v for k, v in self.params.items()}
        )


class Refusal(ValueError):
    """What was asked cannot be answered; `message` says why in one sentence."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(str(message))
