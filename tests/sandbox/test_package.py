"""The package as such: its public names, its size, and that it stands alone."""

import ast
import subprocess
import sys
from pathlib import Path

import exec_api_client.sandbox as package

HERE = Path(package.__file__).parent
MODULES = sorted(HERE.glob("*.py"))


def test_public_names() -> None:
    assert package.__all__ == sorted(package.__all__, key=lambda name: (not name.isupper(), name))
    assert {name for name in package.__all__ if not hasattr(package, name)} == set()


def test_modules_are_small() -> None:
    assert {path.name: n for path in MODULES if (n := len(path.read_text("utf-8").splitlines())) > 300} == {}


def test_only_the_transport_knows_httpx_and_nothing_knows_the_rest_of_the_package() -> None:
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert node.level <= 1, path
                names = [node.module or ""] if node.level == 0 else []
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            else:
                continue
            for name in names:
                root = name.partition(".")[0]
                assert root in sys.stdlib_module_names or (root, path.name) == ("httpx", "transport.py")


def test_it_works_under_another_name(tmp_path: Path) -> None:
    target = tmp_path / "vendored"
    target.mkdir()
    for path in MODULES:
        (target / path.name).write_bytes(path.read_bytes())
    script = "import vendored; print(len(vendored.Sandbox(sessions=3).world.sessions))"
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert run.stdout == "3\n"
