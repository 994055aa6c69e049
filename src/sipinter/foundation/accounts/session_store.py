"""Sessions in the database, as signed JSON that holds for one session only."""

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    """Django's, but what one session holds cannot be put into another by whoever writes to the table."""

    @property
    def key_salt(self) -> str:
        """Bound to the session's key: what was signed for another counts as empty."""
        return f"sipinter.foundation.accounts.session_store:{self.session_key}"
