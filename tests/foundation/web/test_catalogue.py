from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from sipinter.site.config.messages import PACKAGE, extract_messages

CATALOGUE = PACKAGE / "foundation/web/locale/id/LC_MESSAGES/django.po"


def test_every_text_of_the_shared_pages_is_in_indonesian():
    with CATALOGUE.open("rb") as source:
        written = read_po(source, locale="id")
    texts = {message.id for message in extract_messages(PACKAGE / "foundation/web") if message.id}
    assert {message.id for message in written if message.id} == texts
    assert [message.id for message in written if message.id and not finished(message)] == []


def finished(message: Message) -> bool:
    """Translated in every plural form, and not merely guessed."""
    forms = [message.string] if isinstance(message.string, str) else message.string
    return all(forms) and not message.fuzzy
