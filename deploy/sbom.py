"""What the product is made of: `python -m deploy.sbom FOLDER` writes two files for a release.

`sipinter.cdx.json` lists every library of the lock files in CycloneDX 1.6, with version, licence and the
hashes that the lock files pin; what only tests and building need is marked as not part of the product.
`licences.md` is the same for reading. Both are the same for the same lock files, whenever they are made.
"""

import base64
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import NAMESPACE_OID, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from deploy.audit import LOCKS, PINNED, ROOT, Library, locked_libraries, normal_name
from deploy.licences import licence_of
from sipinter import __version__

ALGORITHMS = {"sha512": HashAlgorithm.SHA_512, "sha384": HashAlgorithm.SHA_384, "sha1": HashAlgorithm.SHA_1}
BILL, LIST = "sipinter.cdx.json", "licences.md"


def locked_hashes() -> dict[Library, list[HashType]]:
    """The hashes of every library, as the lock files pin them."""
    found: dict[Library, list[HashType]] = {}
    for name in LOCKS[:2]:
        text = (ROOT / name).read_text(encoding="utf-8")
        for block in re.split(r"\n(?=[A-Za-z0-9])", text):
            if pinned := PINNED.search(block):
                library = Library("PyPI", normal_name("PyPI", pinned[1]), pinned[2])
                found[library] = [
                    HashType(alg=HashAlgorithm.SHA_256, content=digest)
                    for digest in re.findall(r"--hash=sha256:([0-9a-f]{64})", block)
                ]
    rows = json.loads((ROOT / LOCKS[2]).read_text(encoding="utf-8"))["packages"]
    for place, row in rows.items():
        if place:
            library = Library("npm", place.rpartition("node_modules/")[2], row["version"])
            found[library] = [
                HashType(alg=ALGORITHMS[kind], content=base64.b64decode(digest).hex())
                for kind, _, digest in (word.partition("-") for word in row["integrity"].split())
            ]
    return found


def shipped_libraries() -> set[Library]:
    """Those that the running product holds, not only its tests or its building."""
    rows = json.loads((ROOT / LOCKS[2]).read_text(encoding="utf-8"))["packages"]
    return set(locked_libraries(ROOT / LOCKS[0])) | {
        Library("npm", place.rpartition("node_modules/")[2], row["version"])
        for place, row in rows.items()
        if place and not row.get("dev")
    }


def make_bill() -> Bom:
    """The bill of materials; raises `UnclearLicence` where a licence is not one that we take."""
    make_licence, shipped = LicenseFactory().make_from_string, shipped_libraries()
    product = Component(
        name="sipinter",
        version=__version__,
        type=ComponentType.APPLICATION,
        bom_ref="sipinter",
        licenses=[make_licence("Apache-2.0")],
    )
    libraries = [
        Component(
            name=library.name,
            version=library.version,
            type=ComponentType.LIBRARY,
            bom_ref=str(purl(library)),
            purl=purl(library),
            licenses=[make_licence(licence_of(library).expression)],
            hashes=hashes,
            scope=ComponentScope.REQUIRED if library in shipped else ComponentScope.EXCLUDED,
        )
        for library, hashes in sorted(locked_hashes().items())
    ]
    bill = Bom(components=libraries)
    bill.metadata.component = product
    bill.register_dependency(product, [each for each in libraries if each.scope == ComponentScope.REQUIRED])
    return bill


def purl(library: Library) -> PackageURL:
    """The name by which other tools know a library."""
    group, _, name = library.name.rpartition("/")
    return PackageURL(library.ecosystem.lower(), group or None, name, library.version)


def bill_text(bill: Bom) -> str:
    """The bill as JSON, without what differs from one day to the next."""
    told = json.loads(JsonV1Dot6(bill).output_as_string())
    del told["metadata"]["timestamp"]
    told.pop("serialNumber", None)
    body = json.dumps(told, ensure_ascii=False, sort_keys=True)
    told["serialNumber"] = f"urn:uuid:{uuid5(NAMESPACE_OID, body)}"
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def licence_lines(libraries: Iterable[Library]) -> Iterator[str]:
    """A table of licences; below it what those ask for that are taken with a condition."""
    shipped, asked = shipped_libraries(), set[str]()
    yield f"# Licences of the libraries of SIPINTER {__version__}"
    yield ""
    yield "| library | version | licence | part of the product |"
    yield "|---|---|---|---|"
    for library in sorted(libraries):
        licence = licence_of(library)
        asked |= set(licence.conditions)
        part = "yes" if library in shipped else "tests and building only"
        yield f"| {library.name} ({library.ecosystem}) | {library.version} | {licence.expression} | {part} |"
    yield ""
    yield from (f"- {condition}" for condition in sorted(asked))


def main(words: list[str]) -> int:
    """Write both files into the folder named; the exit code."""
    folder = Path(words[0] if words else "dist")
    folder.mkdir(parents=True, exist_ok=True)
    bill = make_bill()
    (folder / BILL).write_text(bill_text(bill), encoding="utf-8")
    lines = list(licence_lines(locked_hashes()))
    (folder / LIST).write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{folder / BILL}: {len(bill.components)} libraries")
    print(folder / LIST)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
