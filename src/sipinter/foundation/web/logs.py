"""What the logs say: one line an event, as text or JSON, and nothing about a person.

Left out always: addresses' paths and query strings, bodies, the messages of exceptions (a database quotes the
row that it refused) and variables. Kept: what kind of fault, where in the code, which request.
"""

import hashlib
import hmac
import ipaddress
import logging
import re
import traceback
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog
from gunicorn.glogging import Logger

from .request_id import current_request_id

Event = MutableMapping[str, Any]
HIDDEN = "…"
# Each begins where a word does: begun within one, a long word would be read again from every letter.
_ADDRESS = re.compile(r"(?<![\w.+%-])[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
# A NIP has 18 digits, a NIK 16; both are written with blanks too.
_NUMBER = re.compile(r"\d(?:[ .-]?\d){15,}")
# What may be one; `_hide_host` asks whether it is. A clock's time is none, nor is a module's name.
_HOST = re.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:]*:[0-9A-Fa-f.:]*)(?![\w])"
)
_ATTEMPT = re.compile(r"(?<!\S)[^\s?]*[?]\S*")
_QUOTING = ("Error handling request", "Invalid request from", "Bad request")
FRAMES = 40


def hide_personal_data(text: str) -> str:
    """`text` without e-mail addresses, long numbers, query strings and addresses of other machines."""
    for pattern in (_ADDRESS, _NUMBER, _ATTEMPT):
        text = pattern.sub(HIDDEN, text)
    return _HOST.sub(_hide_host, text)


def _hide_host(found: re.Match[str]) -> str:
    """Network addresses are hidden; those that only this machine has (127.0.0.1, 0.0.0.0) lead to nobody."""
    try:
        address = ipaddress.ip_address(found.group())
    except ValueError:
        return found.group()
    return found.group() if address.is_loopback or address.is_unspecified else HIDDEN


def user_pseudonym(user_id: object, secret: str) -> str:
    """A sign for a user by which lines can be told apart, but not the person."""
    return hmac.new(secret.encode(), f"log:{user_id}".encode(), hashlib.sha256).hexdigest()[:12]


def _from_record(_logger: object, _name: str, event: Event) -> Event:
    """Of what Django says about a request its path goes; gunicorn's quotations go."""
    record: logging.LogRecord | None = event.get("_record")
    if record is None:
        return event
    request = getattr(record, "request", None)
    if request is not None and record.name.startswith("django."):
        match = getattr(request, "resolver_match", None)
        event["event"] = "request refused" if record.levelno < logging.ERROR else "request failed"
        event["view"] = match.view_name if match else "-"
        event["status"] = getattr(record, "status_code", None)
    elif str(record.msg).startswith(_QUOTING):
        event["event"] = str(record.msg).partition("%s")[0].strip()
    return event


def _with_request_id(_logger: object, _name: str, event: Event) -> Event:
    if "request_id" not in event and (value := current_request_id()):
        event["request_id"] = value
    return event


def _exception(_logger: object, _name: str, event: Event) -> Event:
    """Kinds of the exceptions, from the first cause on, and where each was raised; no messages."""
    info = event.pop("exc_info", None)
    event.pop("stack_info", None)
    event.pop("exception", None)
    if isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if isinstance(info, tuple) and info[1] is not None:
        event["exception"] = list(_told(info[1]))
    return event


def _told(error: BaseException | None) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    while error is not None and len(told) < 5:
        frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
        told.insert(
            0,
            {
                "type": f"{type(error).__module__}.{type(error).__qualname__}",
                "stack": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
            },
        )
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return told


def _hide(_logger: object, _name: str, event: Event) -> Event:
    for key, value in event.items():
        if isinstance(value, str) and key not in {"timestamp", "request_id", "task_id", "actor"}:
            event[key] = hide_personal_data(value)
    return event


def _as_text(_logger: object, _name: str, event: Mapping[str, Any]) -> str:
    """The same as one line of words; each exception's stack below it."""
    rest = {k: v for k, v in event.items() if k not in {"timestamp", "level", "logger", "event", "exception"}}
    words = " ".join(f"{key}={value}" for key, value in rest.items())
    head = f"{event['timestamp']} {event['level'].upper()} {event.get('logger', '')} {event['event']} {words}"
    lines = [head.rstrip()]
    for told in event.get("exception", ()):
        lines += [f"  {told['type']}", *(f"    {frame}" for frame in told["stack"])]
    return "\n".join(lines)


def logging_config(form: str, level: str) -> dict[str, Any]:
    """Python's logging for `form` "text" or "json": everything by one handler to standard error."""
    known: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_request_id,
    ]
    structlog.configure(
        processors=[*known, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    ending = structlog.processors.JSONRenderer(ensure_ascii=False) if form == "json" else _as_text
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": known,
        "processors": [
            _from_record,
            _exception,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _hide,
            ending,
        ],
    }
    through = {"handlers": [], "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {"django": through, "django.server": through},
    }


class GunicornLogger(Logger):  # type: ignore[misc]
    """gunicorn's log by the same handler; `web.access_log` writes the line of each request."""

    def setup(self, cfg: Any) -> None:
        self.error_log.handlers, self.error_log.propagate = [], True
        self.error_log.setLevel(logging.INFO)
        logging.captureWarnings(True)

    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:
        """Not here: gunicorn knows the path, which may hold an invitation's secret, but not the view."""
