"""nginx before the web nodes, on loopback, from Debian's package `nginx-light`; nginx.conf.in is its file."""

import os
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from string import Template

from .process import Program, found, listening

TEMPLATE = Path(__file__).with_name("nginx.conf.in")
TYPES = Path("/etc/nginx/mime.types")
AWAY = Path(__file__).with_name("tidak-tersedia.html")
# Where uploads begin (at an indicator) and where their pieces go.
UPLOADS = "^(/penilaian/[0-9]+/[^/]+)?/unggah/"
LARGEST_MB = 64


def configuration(
    folder: Path,
    nodes: Sequence[str],
    receivers: Sequence[str],
    *,
    listen: str,
    static: Path,
    scheme: str = "http",
) -> str:
    """The text of nginx.conf for `nodes` ("127.0.0.1:8001") and what takes their uploads (`serve --uploads`).

    Temporary files go under `folder`.
    """
    # Started by root it would read the checkout as nobody, to whom that may be closed.
    user = "" if os.geteuid() else "user root;\n"
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        folder=folder,
        nodes=_servers(nodes),
        receivers=_servers(receivers),
        listen=listen,
        static=static,
        scheme=scheme,
        types=TYPES,
        uploads=UPLOADS,
        user=user,
        largest=LARGEST_MB,
        pages=AWAY.parent,
        style=_style_hash(),
    )


def _servers(addresses: Sequence[str]) -> str:
    return "\n".join(f"        server {address} max_fails=2 fail_timeout=3s;" for address in addresses)


def _style_hash() -> str:
    """What the policy of AWAY allows: its one style sheet, and nothing else."""
    style = AWAY.read_text(encoding="utf-8").partition("<style>")[2].partition("</style>")[0]
    return b64encode(sha256(style.encode()).digest()).decode()


def nginx(
    folder: Path, nodes: Sequence[str], receivers: Sequence[str], *, static: Path, port: int
) -> Program:
    """The program, not yet started; it serves http on loopback at `port`."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "nginx.conf"
    file.write_text(configuration(folder, nodes, receivers, listen=f"127.0.0.1:{port}", static=static))
    return Program(
        "nginx",
        [found("nginx"), "-p", str(folder), "-e", "stderr", "-c", str(file)],
        log=folder / "nginx.log",
        ready=lambda: listening(port),
    )
