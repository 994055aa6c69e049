"""The id of the request being served, for logs and audit records only; no business reads it."""

from contextvars import ContextVar

_current: ContextVar[str] = ContextVar("request_id", default="")


def current_request_id() -> str:
    """Id of the request under way; empty outside one."""
    return _current.get()


def set_request_id(value: str) -> None:
    """Name the request under way."""
    _current.set(value)
