"""`vendor diff`: the lines in which a copy differs."""

from pathlib import Path
from types import ModuleType

import pytest

from tests.vendor.conftest import Make


def test_diff_shows_what_was_edited(
    tiny: ModuleType, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny.main(["add", str(target)])
    (target / "client.py").write_text("URL = 'https://example.com'\nKEY = 'mine'")
    (target / "LICENSE").unlink()
    (target / "notes.txt").write_text("a note\n")
    capsys.readouterr()
    assert tiny.main(["diff", str(target)]) == 1
    assert capsys.readouterr().out == (
        "# acme/_vendor/exec_api is exec-api-client 1.0.0, this package is 1.0.0.\n"
        "# Lines with - are in this package only, lines with + in the copy only.\n"
        "# missing: LICENSE\n"
        "--- exec-api-client-1.0.0/LICENSE\n"
        "+++ /dev/null\n"
        "@@ -1 +0,0 @@\n"
        "-Do as you like.\n"
        "# edited: client.py\n"
        "--- exec-api-client-1.0.0/client.py\n"
        "+++ acme/_vendor/exec_api/client.py\n"
        "@@ -1,2 +1,2 @@\n"
        " URL = 'https://example.com'\n"
        "-KEY = None\n"
        "+KEY = 'mine'\n"
        "\\ No newline at end of file\n"
        "# extra: notes.txt\n"
        "--- /dev/null\n"
        "+++ acme/_vendor/exec_api/notes.txt\n"
        "@@ -0,0 +1 @@\n"
        "+a note\n"
    )


def test_diff_shows_what_an_upgrade_would_bring(
    tiny: ModuleType, make_tiny: Make, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny.main(["add", str(target)])
    newer = make_tiny({"_version.py": '__version__ = "2.0.0"\n', "more.py": "MORE = 1\n"})
    capsys.readouterr()
    assert newer.main(["diff", str(target)]) == 1
    said = capsys.readouterr().out
    assert "is exec-api-client 1.0.0, this package is 2.0.0.\n" in said
    assert "# as it was copied: _version.py\n" in said
    assert '-__version__ = "2.0.0"\n+__version__ = "1.0.0"\n' in said
    assert "# as it was copied: more.py\n--- exec-api-client-2.0.0/more.py\n+++ /dev/null\n" in said
    assert tiny.main(["diff", str(target)]) == 0
