"""A bucket with object lock: what is put there stays, whoever holds the keys. boto3 is loaded when asked."""

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

TAKEN = (409, 412)


@dataclass(frozen=True)
class LockedBucket:
    """Where it is and how one signs in (the server's address without the bucket)."""

    access_key: str
    secret_key: str
    endpoint_url: str
    bucket_name: str
    region_name: str

    @cached_property
    def _client(self) -> Any:
        from boto3 import Session
        from botocore.config import Config

        config = Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            connect_timeout=3,
            read_timeout=20,
            retries={"mode": "standard", "total_max_attempts": 2},
        )
        keys = {"aws_access_key_id": self.access_key, "aws_secret_access_key": self.secret_key}
        return Session(**keys).client(
            "s3", region_name=self.region_name, endpoint_url=self.endpoint_url, config=config
        )

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """Whatever the server or the way there refuses is an OSError that names no secret."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            yield
        except ClientError as error:
            raise OSError(f"the bucket refuses: {error.response['Error'].get('Code')}") from error
        except BotoCoreError as error:
            raise OSError(f"the bucket does not answer: {type(error).__name__}") from error

    def put_once(self, name: str, content: bytes, until: datetime) -> bool:
        """Put the object under a lock (compliance) until then; False when there is one of that name."""
        from botocore.exceptions import ClientError

        with self._answering():
            try:
                self._client.put_object(
                    Bucket=self.bucket_name,
                    Key=name,
                    Body=content,
                    IfNoneMatch="*",
                    ChecksumSHA256=base64.b64encode(hashlib.sha256(content).digest()).decode(),
                    ObjectLockMode="COMPLIANCE",
                    ObjectLockRetainUntilDate=until,
                )
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] in TAKEN:
                    return False
                raise
        return True

    def first(self, name: str) -> bytes:
        """What was first put under the name, whatever was put over it later; b"" for nothing."""
        with self._answering():
            found = [version for version in self._versions(name) if version["Key"] == name]
            return self._read(found[-1]) if found else b""

    def firsts(self) -> Iterator[tuple[str, bytes]]:
        """(name, content) of everything, as it was first put."""
        with self._answering():
            # Versions of a name come newest first.
            oldest = {version["Key"]: version for version in self._versions("")}
            for name, version in oldest.items():
                yield name, self._read(version)

    def _versions(self, prefix: str) -> Iterator[dict[str, Any]]:
        pages = self._client.get_paginator("list_object_versions")
        for page in pages.paginate(Bucket=self.bucket_name, Prefix=prefix):
            yield from page.get("Versions", ())

    def _read(self, version: dict[str, Any]) -> bytes:
        answer = self._client.get_object(
            Bucket=self.bucket_name, Key=version["Key"], VersionId=version["VersionId"]
        )
        content: bytes = answer["Body"].read()
        return content
