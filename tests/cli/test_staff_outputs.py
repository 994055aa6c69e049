"""`sipinter staff` and `sipinter selection` give what they gave before, byte for byte, in both languages."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from sipinter.cli.main import main

from .staff_outputs import LANGUAGES, Said, calls, hash_outputs, stored_outputs, unpack_inputs


@pytest.mark.parametrize("language", LANGUAGES)
def test_outputs_are_those_that_were_stored(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = unpack_inputs(tmp_path)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("SIPINTER_LANG", language)
    monkeypatch.delenv("SIPINTER_RULES", raising=False)

    def say(arguments: list[str]) -> Said:
        result = CliRunner().invoke(main, arguments, catch_exceptions=False)
        return result.exit_code, result.stdout, result.stderr

    stored = stored_outputs()[language]
    found = dict(hash_outputs(folder, say))
    assert {call for call in calls() if found[call] != stored[call]} == set()
    assert found.keys() == stored.keys()
