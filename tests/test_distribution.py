"""The wheel and the sdist: what is in them, that they install, and that the tool `vendoring` takes them."""

import email
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from exec_api_client import __version__
from tests.vendor.environments import ROOT, build, empty_environment

PACKAGE = ROOT / "exec_api_client"
NAME = f"exec_api_client-{__version__}"
REPOSITORY = "https://forge.test/exec"


def package_files() -> set[str]:
    """All that is to be shipped of the package, by rule: its modules, the mark of its types, its license."""
    files = {path for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    shipped = {path for path in files if path.suffix == ".py" or path.name in ("py.typed", "LICENSE")}
    assert files == shipped
    return {path.relative_to(ROOT).as_posix() for path in shipped}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The wheel, which is built from the sdist, and the sdist, as a release makes them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REPOSITORY", REPOSITORY)
        return build(ROOT, tmp_path_factory.mktemp("built"))


@pytest.fixture(scope="module")
def wheel(built: list[Path]) -> Path:
    return built[0]


@pytest.fixture(scope="module")
def sdist(built: list[Path]) -> Path:
    return built[1]


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment into which pip has installed the wheel, dependencies checked, offline."""
    found = empty_environment(tmp_path_factory.mktemp("environment"))
    install = ["install", "--no-index", "--no-cache-dir", "--quiet", str(wheel)]
    for command in (install, ["check"]):
        done = subprocess.run(
            [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(found), *command],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    return found


def after(python: Path, cwd: Path, *arguments: str) -> str:
    """What a program prints in that environment, and nowhere near the checkout."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "EXEC_"))
    }
    done = subprocess.run(
        [str(python), "-W", "error", *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


# --- what is in them


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    assert wheel.name == f"{NAME}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        inside = archive.namelist()
        assert len(inside) == len(set(inside))
        for name in package_files():
            assert archive.read(name) == (ROOT / name).read_bytes(), name
        assert archive.read(f"{NAME}.dist-info/licenses/LICENSE") == (ROOT / "LICENSE").read_bytes()
    metadata = {f"{NAME}.dist-info/{name}" for name in ("METADATA", "WHEEL", "RECORD", "licenses/LICENSE")}
    assert set(inside) == package_files() | metadata


def test_the_sdist_holds_the_repository(sdist: Path) -> None:
    """With its tests, so that packagers can run them."""
    assert sdist.name == f"{NAME}.tar.gz"
    with tarfile.open(sdist) as archive:
        inside = {member.name.removeprefix(f"{NAME}/") for member in archive.getmembers() if member.isfile()}
    command = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert inside == {name for name in listed if (ROOT / name).exists()} | {"PKG-INFO"}


def test_the_metadata_of_a_release_link_to_the_repository(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        metadata = email.message_from_bytes(archive.read(f"{NAME}.dist-info/METADATA"))
    assert metadata["Description-Content-Type"] == "text/markdown"
    files = f"{REPOSITORY}/blob/v{__version__}"
    assert set(metadata.get_all("Project-URL", [])) == {
        "API documentation, https://docs.exec.com",
        f"Source, {REPOSITORY}",
        f"Issues, {REPOSITORY}/issues",
        f"Changelog, {files}/CHANGELOG.md",
    }
    readme, published = (
        (ROOT / "README.md").read_text(encoding="utf-8"),
        bytes(metadata.get_payload(decode=True)).decode(),
    )
    assert f"]({files}/LICENSE)" in published
    code = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
    assert code.findall(published) == code.findall(readme)
    assert not re.findall(r"\]\((?!https://)", code.sub("", published))


def test_the_license_is_in_the_package_too() -> None:
    """So that each copy of the folder has it."""
    assert (PACKAGE / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


# --- installed


SMOKE = """
import asyncio
from {package} import AsyncExecClient, __version__, client as module
from {package}.sandbox import SANDBOX_KEY, Sandbox

async def main():
    async with Sandbox().serve() as base_url, AsyncExecClient(SANDBOX_KEY, base_url=base_url) as client:
        page = await client.sessions.list(page_size=3)
        print(__version__, len(page), page[0].created_at.year)

asyncio.run(main())
print(module.__file__)
"""


def smoke_of(package: str) -> str:
    """A program for a copy, which cannot import the original."""
    return "import sys; sys.modules['exec_api_client'] = None\n" + SMOKE.format(package=package)


def test_it_works_where_it_is_installed(python: Path, tmp_path: Path) -> None:
    version, length, year, file = after(
        python, tmp_path, "-c", SMOKE.format(package="exec_api_client")
    ).split()
    assert (version, length) == (__version__, "3")
    assert int(year) > 2000
    assert Path(file).is_relative_to(python.parents[1])


def test_it_is_vendored_from_where_it_is_installed(python: Path, tmp_path: Path) -> None:
    vendor = ("-m", "exec_api_client.vendor")
    after(python, tmp_path, *vendor, "add", "--sandbox", "acme/_vendor/exec_api")
    copied = {path.relative_to(tmp_path / "acme/_vendor/exec_api").as_posix() for path in files_in(tmp_path)}
    original = {name.removeprefix("exec_api_client/") for name in package_files()}
    assert copied == original | {"vendored.json"}
    file = after(python, tmp_path, "-c", smoke_of("acme._vendor.exec_api")).split()[-1]
    assert file == str(tmp_path / "acme/_vendor/exec_api/client.py")
    # The copy checks itself.
    after(python, tmp_path, "-m", "acme._vendor.exec_api.vendor", "verify", "acme/_vendor/exec_api")


def files_in(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


# --- vendored by the tool of that name


def test_the_tool_vendoring_takes_the_wheel(wheel: Path, tmp_path: Path) -> None:
    """It unpacks wheels into the project's namespace and rewrites imports; here it finds none to rewrite."""
    host, destination = tmp_path / "host", "acme/_vendor"
    (host / destination).mkdir(parents=True)
    (host / "acme/client.py").touch()
    (host / destination / "__init__.py").touch()
    (host / destination / "vendor.txt").write_text(f"exec-api-client @ {wheel.as_uri()}\n")
    (host / "pyproject.toml").write_text(
        "[tool.vendoring]\n"
        f'destination = "{destination}/"\n'
        f'requirements = "{destination}/vendor.txt"\n'
        'namespace = "acme._vendor"\n'
        'protected-files = ["__init__.py", "vendor.txt"]\n'
        "[tool.vendoring.transformations]\n"
        'drop = ["*.dist-info"]\n'
    )
    tools = Path(sys.executable).parent
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment |= {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "TMPDIR": str(tmp_path)}
    environment |= {"PIP_NO_INDEX": "1", "PIP_NO_CACHE_DIR": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    done = subprocess.run(
        [str(tools / "vendoring"), "sync"],
        cwd=host,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    copy = host / destination / "exec_api_client"
    copied = {f"exec_api_client/{path.relative_to(copy).as_posix()}" for path in files_in(copy)}
    assert copied == package_files()
    smoke = smoke_of("acme._vendor.exec_api_client")
    version, length, _, file = after(Path(sys.executable), host, "-c", smoke).split()
    assert (version, length, file) == (__version__, "3", str(copy / "client.py"))
