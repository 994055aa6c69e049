"""nginx in front of the web nodes, from Debian's package, configured by deploy/nginx.conf."""

import os
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from string import Template

from .process import Program, found, listening

TEMPLATE = Path(__file__).with_name("nginx.conf")
AWAY = Path(__file__).with_name("tidak-tersedia.html")


def configured(folder: Path, *, port: int, nodes: Sequence[int], static: Path) -> str:
    """The configuration for the nodes at these loopback ports; everything written lies in `folder`."""
    servers = "\n".join(f"        server 127.0.0.1:{node} max_fails=1 fail_timeout=2s;" for node in nodes)
    # Started by root it would give up its rights and could not read a folder that only root may enter.
    user = "user root;" if os.geteuid() == 0 else ""
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        folder=folder, port=port, servers=servers, static=static, user=user,
        forwarded=TEMPLATE.with_name("forwarded.conf"), pages=AWAY.parent, style=_style_hash(),
    )  # fmt: skip


def _style_hash() -> str:
    """What the policy of AWAY allows: its one style sheet, and nothing else."""
    style = AWAY.read_text(encoding="utf-8").partition("<style>")[2].partition("</style>")[0]
    return b64encode(sha256(style.encode()).digest()).decode()


def nginx(folder: Path, *, port: int, nodes: Sequence[int], static: Path) -> Program:
    """The proxy, ready to start: one process in the foreground that serves at the loopback `port`."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "nginx.conf"
    file.write_text(configured(folder, port=port, nodes=nodes, static=static), encoding="utf-8")
    command = [found("nginx"), "-c", str(file), "-p", str(folder), "-e", str(folder / "error.log")]
    return Program("nginx", command, log=folder / "nginx.log", ready=lambda: listening(port))
