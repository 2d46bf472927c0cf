"""Every code block of README.md and docs/ is run, and prints the output that is shown below it.

The `python` blocks with `import pytest` are test files. One run of pytest runs them all.
"""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import exec_api_client
from exec_api_client import AsyncExecClient, RetryPolicy, vendor
from exec_api_client.sandbox import SANDBOX_KEY, Sandbox
from tests.docs.blocks import (
    Block,
    Rules,
    blocks_of,
    make_vendored,
    output_of,
    run,
    serve_sandbox,
    shows,
)
from tests.docs.makefile import MAKEFILE, TARGETS
from tests.examples.running import program
from tests.fakes import ROOT

DOCS = ROOT / "docs"
# Without it pytest-asyncio warns.
SCOPE = ("-o", "asyncio_default_fixture_loop_scope=function")
GUIDES = sorted(path.name for path in DOCS.glob("*.md"))
PAGES = {name: (DOCS / name).read_text(encoding="utf-8") for name in GUIDES}
PAGES["README.md"] = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = [block for name, text in PAGES.items() for block in blocks_of(name, text)]
TESTS = [block for block in BLOCKS if block.kind == "python" and "import pytest" in block.code]


# --- commands


async def by_name(command: re.Match[str], _: Path) -> str:
    """A target and variables of the Makefile. The tests of the generator run what `make update` runs."""
    target, *variables = command[1].split()
    assert target in TARGETS, f"make {target} is no target"
    for variable in variables:
        name = variable.partition("=")[0]
        assert re.search(rf"\$\(?{name}\b|export {name}\b", MAKEFILE), f"{name} is not in the Makefile"
    return ""


async def nothing(_: re.Match[str], __: Path) -> str:
    """tests/test_distribution.py builds the wheel and installs it."""
    return ""


async def demo(_: re.Match[str], __: Path) -> str:
    recipe = re.search(r"^demo:.*\n\t(.*)", MAKEFILE, re.MULTILINE)
    assert recipe is not None
    assert recipe[1].endswith("/bin/python examples/practice_report.py")
    return (await program("practice_report.py")).output


async def ping_with_log(command: re.Match[str], folder: Path) -> str:
    """The log of a ping, then its output."""
    async with Sandbox().serve() as base_url:
        settings = {"EXEC_API_KEY": SANDBOX_KEY, "EXEC_BASE_URL": base_url, "EXEC_LOG": command[1]}
        return await output_of(*command[2].split(), cwd=folder, log=True, **settings)


async def module(command: re.Match[str], folder: Path) -> str:
    """A module of the package, where the page speaks of it: with a sandbox, or with a copy to upgrade."""
    if "upgrade" in command[1]:
        make_vendored(folder)
    async with Sandbox().serve() as base_url:
        arguments = command[1].split()
        return await output_of(*arguments, cwd=folder, EXEC_API_KEY=SANDBOX_KEY, EXEC_BASE_URL=base_url)


async def verify(command: re.Match[str], folder: Path) -> str:
    """The copy, by itself."""
    make_vendored(folder)
    return await output_of(*command[1].split(), cwd=folder)


RULES: Rules = {
    r"make demo": demo,
    r"make ([a-z]+(?: [A-Z]+=\S+)*)": by_name,
    r"pip install \.": nothing,
    r"python (-m exec_api_client\.sandbox .*)": serve_sandbox,
    r"EXEC_LOG=(\w+) python (-m exec_api_client --ping)": ping_with_log,
    r"python (acme/_vendor/exec_api/vendor\.py verify)": verify,
    r"python (-m (?:exec_api_client|acme\._vendor\.exec_api)(?: --ping|\.vendor .*)?)": module,
}


async def run_tests(blocks: list[Block], folder: Path) -> None:
    for block in blocks:
        (folder / f"test_{Path(block.page).stem}_{block.line}.py").write_text(block.code, encoding="utf-8")
    command = ("-m", "pytest", "--quiet", "-p", "no:cacheprovider", *SCOPE, ".")
    output = await output_of(*command, cwd=folder)
    written = re.findall(r"^(?:async )?def test_", "".join(block.code for block in blocks), re.MULTILINE)
    assert f"{len(written)} passed" in output


# --- the tests


async def test_the_tests_on_the_pages_pass(tmp_path: Path) -> None:
    await run_tests(TESTS, tmp_path)


@pytest.mark.parametrize(
    "block", [each for each in BLOCKS if each not in TESTS], ids=lambda block: f"{block.page}-{block.line}"
)
async def test_a_block_does_what_the_page_says(
    block: Block, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # a block can write files
    real = await run(block, RULES, tmp_path, capsys)
    if block.output is not None:
        assert shows(block.output, real), f"{block.place} shows other output than this:\n{real}"
    else:
        assert block.kind == "sh" or "print(" not in block.code, f"{block.place}: the output is not shown"


def test_every_guide_has_a_block() -> None:
    assert {block.page for block in BLOCKS} == PAGES.keys()


@pytest.mark.parametrize("page", PAGES)
def test_no_block_is_hidden_from_these_tests(page: str) -> None:
    """An indented fence is a block to a reader and none to `blocks_of`."""
    assert re.findall(r"^[ \t]+(?:```|~~~).*$", PAGES[page], re.MULTILINE) == []


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_names_is_there(page: str) -> None:
    text = PAGES[page]
    files = set(re.findall(r"`((?:[\w.-]+/)+(?:[\w-]+\.\w+)?|\w+\.(?:yaml|toml|md))`", text))
    files |= {link for link in re.findall(r"\]\(([^)#:]+)\)", text) if page == "README.md"}
    files.discard("generator/pages/")  # a whole document as SOURCE keeps no pages
    files.discard("report.md")
    assert [name for name in files if not (ROOT / name).exists()] == []
    assert set(re.findall(r"`make ([a-z]+)", text)) <= TARGETS


def test_the_settings_on_the_page_keep_ruff_off_a_copy(tmp_path: Path) -> None:
    [settings] = [block.code for block in BLOCKS if block.kind == "toml"]
    make_vendored(tmp_path)
    (tmp_path / "pyproject.toml").write_text(
        settings + '[tool.ruff.lint]\nselect = ["ALL"]\n', encoding="utf-8"
    )
    copy = tmp_path / "acme/_vendor/exec_api"
    files = [str(path) for path in copy.rglob("*.py")]  # as pre-commit names them
    for command in (["check", "--fix"], ["format"]):
        for names in (["."], files):
            subprocess.run([sys.executable, "-m", "ruff", *command, *names], cwd=tmp_path, check=True)
    assert vendor.main(["verify", str(copy)]) == 0
    data = tomllib.loads(settings)["tool"]["setuptools"]["package-data"]["acme._vendor.exec_api"]
    assert sorted(data) == sorted(
        path.name for path in copy.rglob("*") if path.is_file() and path.suffix != ".py"
    )


@pytest.mark.parametrize("page", GUIDES)
def test_a_page_is_in_the_navigation_and_links_by_relative_paths(page: str) -> None:
    """The builder warns of neither."""
    assert f"- {page}\n" in (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert "](/" not in PAGES[page]


def test_the_requirements_are_the_real_ones() -> None:
    assert "httpx, attrs and python-dateutil" in " ".join(PAGES["README.md"].split())
    names = [re.split(r"[<>=]", requirement)[0] for requirement in vendor.REQUIREMENTS]
    assert sorted(names) == ["attrs", "httpx", "python-dateutil"]


def test_the_tree_of_exceptions_is_the_real_one() -> None:
    public = {name: getattr(exec_api_client, name) for name in exec_api_client.__all__}
    exceptions = {
        name: value
        for name, value in public.items()
        if isinstance(value, type) and issubclass(value, exec_api_client.ExecError)
    }
    rows = re.findall(r"^- \[`(\w+)`|^( +)- \[`(\w+)`", PAGES["errors.md"], re.MULTILINE)
    path: list[str] = []
    shown: dict[str, str] = {}
    for top, indent, nested in rows:
        name, depth = (top, 0) if top else (nested, len(indent) // 4)
        if name in exceptions:
            path[depth:] = [name]
            shown[name] = path[depth - 1] if depth else ""
    direct = {
        name: next((base.__name__ for base in value.__mro__[1:] if base.__name__ in exceptions), "")
        for name, value in exceptions.items()
    }
    assert shown == direct


def test_the_defaults_of_settings_are_the_real_ones() -> None:
    rows = re.findall(r"^\| `(\w+)`(?: \*)? \|.*\| (\d+|None) \|$", PAGES["quickstart.md"], re.MULTILINE)
    parameters = inspect.signature(AsyncExecClient).parameters
    real = {name: str(parameters[name].default).removesuffix(".0") for name, _ in rows}
    real |= {"retry": str(RetryPolicy().max_retries)}
    assert real.keys() >= {"timeout", "deadline", "retry", "max_connections"}
    assert dict(rows) == real
