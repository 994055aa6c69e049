"""Evidence in a bucket of an S3 server. Loaded only where the settings name one: boto3 takes its time."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from boto3 import Session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage
from urllib3.exceptions import HTTPError

from ..receiving.refusals import storage_error
from .base import CHUNK, StorageEntry

TAKEN = {409, 412}  # 409: another conditional write of the same name is under way
CONNECT_SECONDS, READ_SECONDS, ATTEMPTS = 3, 20, 3


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


@contextmanager
def _working() -> Iterator[None]:
    """Whatever keeps the server from its work becomes NotAnswering; a missing object FileNotFoundError."""
    try:
        yield
    except ClientError as error:
        if _status(error) == 404 and error.response["Error"].get("Code") != "NoSuchBucket":
            raise FileNotFoundError from error
        raise storage_error(error) from error
    except (BotoCoreError, HTTPError) as error:
        raise storage_error(error) from error


class _Stretch:
    """The body of one answer, read as it comes."""

    def __init__(self, body: Any) -> None:
        self.body = body

    def __iter__(self) -> Iterator[bytes]:
        with _working():
            yield from self.body.iter_chunks(CHUNK)

    def close(self) -> None:
        self.body.close()


class BucketStorage(S3Storage):  # type: ignore[misc]  # has no types
    """See `base.EvidenceStorage`. Objects are private and have no address: this code hands them out.

    The server checks the SHA-256 of what arrives, and refuses a name that is taken (If-None-Match).
    """

    def __init__(self, **options: Any) -> None:
        config = Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        )
        super().__init__(client_config=config, default_acl=None, file_overwrite=False, **options)

    def url(self, name: str, *arguments: Any, **options: Any) -> str:
        raise NotImplementedError("evidence has no address outside this program")

    @cached_property
    def _client(self) -> Any:
        """One for all threads: the library's own, one a thread, costs each 11 MB and a third of a second."""
        keys = {"aws_access_key_id": self.access_key, "aws_secret_access_key": self.secret_key}
        return Session(**keys, aws_session_token=self.security_token).client(
            "s3",
            region_name=self.region_name,
            use_ssl=self.use_ssl,
            endpoint_url=self.endpoint_url,
            config=self.client_config,
            verify=self.verify,
        )

    def _ask(self, operation: str, **arguments: Any) -> Any:
        with _working():
            return getattr(self._client, operation)(Bucket=self.bucket_name, **arguments)

    def put_once(self, name: str, local: Path, sha256: str) -> bool:
        digest = base64.b64encode(bytes.fromhex(sha256)).decode()
        with local.open("rb") as body, _working():
            try:
                self._client.put_object(
                    Bucket=self.bucket_name,
                    Key=name,
                    Body=body,
                    IfNoneMatch="*",
                    ChecksumSHA256=digest,
                    ContentType=self.default_content_type,
                )
            except ClientError as error:
                if _status(error) in TAKEN and self.size_of(name) is not None:
                    return False
                raise
        return True

    def stretch(self, name: str, start: int, length: int | None) -> _Stretch:
        if length is None:
            return _Stretch(self._ask("get_object", Key=name)["Body"])
        wanted = f"bytes={start}-{start + length - 1}"
        return _Stretch(self._ask("get_object", Key=name, Range=wanted)["Body"])

    def size_of(self, name: str) -> int | None:
        try:
            return int(self._ask("head_object", Key=name)["ContentLength"])
        except FileNotFoundError:
            return None

    def remove(self, *names: str) -> None:
        answer = self._ask(
            "delete_objects", Delete={"Objects": [{"Key": name} for name in names], "Quiet": True}
        )
        if failed := answer.get("Errors"):
            raise storage_error(f"{failed[0].get('Key')} was not removed: {failed[0].get('Code')}")

    def walk(self, prefix: str) -> Iterator[StorageEntry]:
        following: dict[str, str] = {}
        while True:
            page = self._ask("list_objects_v2", Prefix=f"{prefix}/" if prefix else "", **following)
            for found in page.get("Contents", ()):
                if not found["Key"].endswith("/"):
                    yield StorageEntry(found["Key"], found["Size"], found["LastModified"])
            if not page.get("IsTruncated"):
                return
            following = {"ContinuationToken": page["NextContinuationToken"]}
