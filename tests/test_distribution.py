"""The wheel and the sdist: what is in them, that they install, and that the tool `vendoring` takes them."""

import email
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

from exec_api_client import __version__
from tests.fakes import PACKAGE, ROOT
from tests.vendor.environments import build, empty_environment

NAME = f"exec_api_client-{__version__}"
REPOSITORY = "https://forge.test/exec"


def package_files() -> set[str]:
    """All that is to be shipped of the package, by rule: its modules, the mark of its types, its license."""
    files = {path for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    shipped = {path for path in files if path.suffix == ".py" or path.name in ("py.typed", "LICENSE")}
    assert files == shipped
    return {path.relative_to(ROOT).as_posix() for path in shipped}


class Built(NamedTuple):
    """The sdist, and the wheel, which is built from it."""

    wheel: Path
    sdist: Path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """What a release makes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REPOSITORY", REPOSITORY)
        return Built(*build(ROOT, tmp_path_factory.mktemp("built")))


def run(*command: str | Path, cwd: Path = ROOT, **settings: str) -> str:
    """Return what a program prints that knows nothing of the checkout; it must succeed."""
    ours = ("PYTHON", "EXEC_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    done = subprocess.run(
        command, cwd=cwd, env={**environment, **settings}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def python(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment into which pip has installed the wheel, dependencies checked, offline."""
    found = empty_environment(tmp_path_factory.mktemp("environment"))
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", found)
    run(*pip, "install", "--no-index", "--no-cache-dir", "--quiet", built.wheel)
    run(*pip, "check")
    return found


# --- what is in them


def test_the_wheel_holds_the_package_and_nothing_else(built: Built) -> None:
    assert built.wheel.name == f"{NAME}-py3-none-any.whl"
    with zipfile.ZipFile(built.wheel) as archive:
        inside = archive.namelist()
        assert len(inside) == len(set(inside))
        for name in package_files():
            assert archive.read(name) == (ROOT / name).read_bytes(), name
        # Each copy of the folder has the license too.
        for name in (f"{NAME}.dist-info/licenses/LICENSE", "exec_api_client/LICENSE"):
            assert archive.read(name) == (ROOT / "LICENSE").read_bytes()
    metadata = {f"{NAME}.dist-info/{name}" for name in ("METADATA", "WHEEL", "RECORD", "licenses/LICENSE")}
    assert set(inside) == package_files() | metadata


def test_the_sdist_holds_the_repository(built: Built) -> None:
    """With its tests, so that packagers can run them."""
    assert built.sdist.name == f"{NAME}.tar.gz"
    with tarfile.open(built.sdist) as archive:
        inside = {member.name.removeprefix(f"{NAME}/") for member in archive.getmembers() if member.isfile()}
    listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard").splitlines()
    assert inside == {name for name in listed if (ROOT / name).exists()} | {"PKG-INFO"}


def test_the_metadata_of_a_release_link_to_the_repository(built: Built) -> None:
    with zipfile.ZipFile(built.wheel) as archive:
        metadata = email.message_from_bytes(archive.read(f"{NAME}.dist-info/METADATA"))
    assert metadata["Description-Content-Type"] == "text/markdown"
    files = f"{REPOSITORY}/blob/v{__version__}"
    assert set(metadata.get_all("Project-URL", [])) == {
        "API documentation, https://docs.exec.com",
        f"Source, {REPOSITORY}",
        f"Issues, {REPOSITORY}/issues",
        f"Changelog, {files}/CHANGELOG.md",
    }
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    published = bytes(metadata.get_payload(decode=True)).decode()
    assert f"]({files}/LICENSE)" in published
    code = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
    assert code.findall(published) == code.findall(readme)
    assert not re.findall(r"\]\((?!https://)", code.sub("", published))


# --- installed


SMOKE = """
import asyncio
from {package} import AsyncExecClient, __version__, client as module
from {package}.sandbox import SANDBOX_KEY, Sandbox

async def main():
    async with Sandbox().serve() as base_url, AsyncExecClient(SANDBOX_KEY, base_url=base_url) as client:
        page = await client.sessions.list(page_size=3)
        assert page[0].created_at.year > 2000
        print(__version__, len(page), module.__file__)

asyncio.run(main())
"""


def read_with(package: str, python: Path | str, cwd: Path) -> Path:
    """Read from a sandbox on a socket; a copy cannot import the original. Return the file of the client."""
    lost = "" if package == "exec_api_client" else "import sys; sys.modules['exec_api_client'] = None\n"
    said = run(python, "-W", "error", "-c", lost + SMOKE.format(package=package), cwd=cwd).split()
    assert said[:2] == [__version__, "3"]
    return Path(said[2])


def test_it_works_where_it_is_installed(python: Path, tmp_path: Path) -> None:
    assert read_with("exec_api_client", python, tmp_path).is_relative_to(python.parents[1])


def test_it_is_vendored_from_where_it_is_installed(python: Path, tmp_path: Path) -> None:
    copy = "acme/_vendor/exec_api"
    run(python, "-m", "exec_api_client.vendor", "add", "--sandbox", copy, cwd=tmp_path)
    assert read_with("acme._vendor.exec_api", python, tmp_path) == tmp_path / copy / "client.py"
    run(python, "-m", "acme._vendor.exec_api.vendor", "verify", copy, cwd=tmp_path)


def test_the_tool_vendoring_takes_the_wheel(built: Built, tmp_path: Path) -> None:
    """It unpacks wheels into the project's namespace and rewrites imports; here it finds none to rewrite."""
    folder = tmp_path / "acme/_vendor"
    folder.mkdir(parents=True)
    (folder / "vendor.txt").write_text(f"exec-api-client @ {built.wheel.as_uri()}\n")
    (tmp_path / "pyproject.toml").write_text(
        "[tool.vendoring]\n"
        'destination = "acme/_vendor/"\n'
        'requirements = "acme/_vendor/vendor.txt"\n'
        'namespace = "acme._vendor"\n'
        'protected-files = ["vendor.txt"]\n'
        "[tool.vendoring.transformations]\n"
        'drop = ["*.dist-info"]\n'
    )
    tools = Path(sys.executable).parent
    offline = {"PIP_NO_INDEX": "1", "PIP_NO_CACHE_DIR": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    path = f"{tools}{os.pathsep}{os.environ['PATH']}"
    run(tools / "vendoring", "sync", cwd=tmp_path, PATH=path, TMPDIR=str(tmp_path), **offline)
    copied = {path for path in folder.rglob("*") if path.is_file() and path.name != "vendor.txt"}
    assert {path.relative_to(folder).as_posix() for path in copied} == package_files()
    file = read_with("acme._vendor.exec_api_client", sys.executable, tmp_path)
    assert file == folder / "exec_api_client/client.py"
