"""Sentences of `rules` and `merit` on pages, in e-mails and in the results of jobs."""

from django.utils import translation

from sipinter.rules.messages import Message


def translate_message(message: Message) -> str:
    """The sentence in the language that is active: of the request, or of the task."""
    return message.translated(translation)
