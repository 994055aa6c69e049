"""The forms of pages as they stand, and bodies for them that no page sends."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import quote_from_bytes

from hypothesis import strategies as st

BOUNDARY = "batas"
ODD = (
    b"",
    b" ",
    b"\0",
    b"a\0b",
    b"-1",
    b"0",
    b"1",
    b"99",
    b"2147483648",
    b"9223372036854775808",
    b"9" * 400,
    b"1e9",
    b"1.5",
    b"1,5",
    b"NaN",
    b"Infinity",
    "٣".encode(),
    "²".encode(),
    b"0x10",
    b"None",
    b"null",
    b"[]",
    b"{}",
    b"true",
    b"on",
    b"2026-02-30",
    b"0000-00-00",
    b"9999-12-31",
    b"10000-01-01",
    b"2026-11-24T00:00",
    b"<script>alert(1)</script>",
    b"{{ 7*7 }}",
    b"%s%n",
    b"../../etc/passwd",
    b"javascript:alert(1)",
    b"http://[::1",
    b"https://127.0.0.1/x",
    b"a@b",
    b"a" * 30_000,
    "😀".encode() * 300,
    b"\xff\xfe\xfd",
    b"\xed\xa0\x80",
    "\u202e\u200b\ufeff".encode(),
    b"\r\nSet-Cookie: a=b",
    b"1' OR '1'='1",
    b"=cmd|' /C calc'!A0",
)


@dataclass
class Form:
    """Where a form goes and what it holds: names with the values that the page itself offers."""

    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)


class Forms(HTMLParser):
    """Collects the POST forms of a page."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path, self.found = path, list[Form]()
        self._inside, self._select = False, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = given.get("method", "").lower() == "post"
            if self._inside:
                self.found.append(Form(given.get("action") or self.path))
        elif self._inside and tag in ("input", "textarea", "select", "button") and given.get("name"):
            self._select = given["name"]
            self._add(given["name"], given.get("value", ""))
        elif self._inside and tag == "option" and self._select:
            self._add(self._select, given.get("value", ""))

    def _add(self, name: str, value: str) -> None:
        if name != "csrfmiddlewaretoken":
            self.found[-1].fields.setdefault(name, []).append(value)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False


@dataclass(frozen=True)
class Body:
    """What is sent, and what it claims to be."""

    content: bytes
    content_type: str


def urlencoded(pairs: list[tuple[str, bytes]]) -> bytes:
    """Pairs as a browser's form sends them, yet of any bytes."""
    return b"&".join(
        f"{quote_from_bytes(name.encode('utf-8', 'replace'))}={quote_from_bytes(value)}".encode()
        for name, value in pairs
    )


def multipart(pairs: list[tuple[str, bytes]], files: frozenset[str]) -> bytes:
    """Pairs in parts; names in `files` as files."""
    parts = []
    for name, value in pairs:
        file = b'; filename="a.pdf"\r\nContent-Type: application/pdf' if name in files else b""
        head = b'Content-Disposition: form-data; name="' + name.encode("utf-8", "replace") + b'"' + file
        parts.append(f"--{BOUNDARY}\r\n".encode() + head + b"\r\n\r\n" + value + b"\r\n")
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


@st.composite
def bodies(draw: st.DrawFn, form: Form) -> Body:
    """A body for `form`: its names with odd values, doubled, left out, broken, or of another kind."""
    odd = st.one_of(
        st.sampled_from(ODD),
        st.binary(max_size=40),
        st.text(max_size=40).map(lambda t: t.encode("utf-8", "replace")),
    )
    pairs: list[tuple[str, bytes]] = []
    for name, offered in form.fields.items():
        right = st.sampled_from(offered).map(str.encode)
        for _ in range(draw(st.sampled_from((1, 1, 1, 0, 2)))):
            pairs.append((name, draw(st.one_of(right, right, odd))))
    if draw(st.booleans()):
        pairs.append((draw(st.text(max_size=12)), draw(odd)))
    files = draw(st.frozensets(st.sampled_from(sorted(form.fields) or ["x"]), max_size=2))
    match draw(st.sampled_from(("plain", "plain", "parts", "parts", "broken", "other"))):
        case "plain":
            return Body(urlencoded(pairs), "application/x-www-form-urlencoded")
        case "parts":
            return Body(multipart(pairs, files), f"multipart/form-data; boundary={BOUNDARY}")
        case "broken":
            whole = multipart(pairs, files)
            cut = draw(st.integers(0, len(whole)))
            put = draw(st.binary(max_size=6))
            return Body(
                whole[:cut] + put + whole[cut + len(put) :][: draw(st.sampled_from((0, 9**9)))], draw(KINDS)
            )
    return Body(draw(st.one_of(odd, st.just(urlencoded(pairs)))), draw(KINDS))


KINDS = st.sampled_from(
    (
        f"multipart/form-data; boundary={BOUNDARY}",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        'multipart/form-data; boundary="' + "x" * 300 + '"',
        "application/x-www-form-urlencoded; charset=utf-16",
        "application/x-www-form-urlencoded; charset=xyz",
        "application/json",
        "text/plain",
        "",
        "\u00ff/\u00ff",
        "multipart/mixed; boundary=batas",
    )
)
