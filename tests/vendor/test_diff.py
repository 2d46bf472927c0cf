"""`vendor diff`: the lines in which a copy differs."""

from pathlib import Path
from types import ModuleType

import pytest


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
        "# missing: LICENSE\n"
        "diff --git a/LICENSE b/LICENSE\n"
        "deleted file mode 100644\n"
        "--- a/LICENSE\n"
        "+++ /dev/null\n"
        "@@ -1 +0,0 @@\n"
        "-Do as you like.\n"
        "# edited: client.py\n"
        "diff --git a/client.py b/client.py\n"
        "--- a/client.py\n"
        "+++ b/client.py\n"
        "@@ -1,2 +1,2 @@\n"
        " URL = 'https://example.com'\n"
        "-KEY = None\n"
        "+KEY = 'mine'\n"
        "\\ No newline at end of file\n"
        "# extra: notes.txt\n"
        "diff --git a/notes.txt b/notes.txt\n"
        "new file mode 100644\n"
        "--- /dev/null\n"
        "+++ b/notes.txt\n"
        "@@ -0,0 +1 @@\n"
        "+a note\n"
    )
