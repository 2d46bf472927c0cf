"""examples/README.md: it names each example, and what it says to type works."""

import re

from tests.examples.running import EXAMPLES

README = EXAMPLES / "README.md"
SHARED = ("workspace.py", "practice_tables.py")


def test_each_example_is_named_once() -> None:
    named = re.findall(r"^\| \[`([^`]+)`\]\(([^)]+)\)", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert all(name == link for name, link in named)
    folders = [f"{path.parent.name}/" for path in EXAMPLES.glob("*/conftest.py")]
    programs = [path.name for path in EXAMPLES.glob("*.py") if path.name not in SHARED]
    assert sorted(name for name, _ in named) == sorted(folders + programs)


def test_each_command_is_of_a_file_that_is_there() -> None:
    commands = re.findall(r"`(?:python|pytest|uvicorn) [^`]+`", README.read_text(encoding="utf-8"))
    assert len(commands) >= len(list(EXAMPLES.glob("*.py"))) - len(SHARED)
    for command in commands:
        assert re.search(r"examples/\w+(\.py)?|--app-dir examples --workers 4 \w+:app", command), command
        for path in re.findall(r"examples/[\w.]+", command):
            assert (EXAMPLES.parent / path).exists(), command
