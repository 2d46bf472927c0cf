"""Every code block of README.md is run, and what the README shows as output is what comes out.

A block's kind is the word after its fence:

- `python` with `asyncio.run(` or `with ExecClient(` is a complete program. It runs as a process, with
  EXEC_API_KEY and EXEC_BASE_URL set to those of a sandbox on a socket.
- Any other `python` block is a snippet. It runs alone, with top-level `await`, and finds a `client`
  over `Sandbox().transport()`, as in `python -m asyncio`.
- `sh` holds commands, one a line. Each is run, or checked, by the first rule of RULES that it matches.
- `text` is the output of the block before it. A line with nothing but … stands for any lines;
  the seconds that something took and the number of published pages are not compared.

Nothing is written into the checkout and no network is used: `make spec` and `make generate` run in a copy
of the tree by their own recipes, and are to write what the checkout has; `pip install .` builds the wheel
and unpacks it. Two kinds of command are checked by name only: `make check`, because it judges the checkout
and would be a run of other checks, and `pip install` of the dependencies, which needs the network. A port
that is named and taken is replaced by a free one, in the command and in what came out.

A block of another kind, a command without a rule and an output without a block before it are errors.
"""

import ast
import asyncio
import contextlib
import inspect
import os
import re
import shutil
import socket
import sys
import tomllib
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import exec_api_client.vendor
from exec_api_client import AsyncExecClient, RetryPolicy
from exec_api_client.sandbox import SANDBOX_KEY, Sandbox

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
FENCE = re.compile(r"^(?P<fence>`{3,}|~{3,})(?P<kind>.*)$")


class Block(NamedTuple):
    line: int
    """Of its first line of code, from 1."""
    kind: str
    code: str
    output: str | None = None

    @property
    def is_program(self) -> bool:
        return "asyncio.run(" in self.code or "with ExecClient(" in self.code


def blocks_of(text: str) -> list[Block]:
    """The fenced blocks, each with the output that follows it."""
    found: list[Block] = []
    lines = iter(enumerate(text.splitlines(), start=1))
    for number, line in lines:
        if not (start := FENCE.match(line)):
            continue
        code: list[str] = []
        for _, inner in lines:
            if inner.strip() == start["fence"]:
                break
            code.append(inner)
        else:
            raise ValueError(f"README.md:{number}: the fence is not closed")
        block = Block(number + 1, start["kind"].strip(), "\n".join(code) + "\n")
        if block.kind != "text":
            found.append(block)
        elif not found or found[-1].output is not None:
            raise ValueError(f"README.md:{number}: output without a block before it")
        else:
            found[-1] = found[-1]._replace(output=block.code)
    return found


# --- running -------------------------------------------------------------------------------------


def environment(**settings: str) -> dict[str, str]:
    ours = ("EXEC_", "COLUMNS", "FORCE_COLOR", "TTY_", "PYTHON")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**inherited, "NO_PROXY": "*", "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **settings}


async def output_of(*command: str, cwd: Path, **settings: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=cwd,
        env=environment(**settings),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await asyncio.wait_for(process.communicate(), timeout=60)
    assert process.returncode == 0, errors.decode()
    return output.decode()


async def run_program(block: Block, folder: Path) -> str:
    program = folder / "program.py"
    program.write_text("\n" * (block.line - 1) + block.code, encoding="utf-8")
    async with Sandbox().serve() as base_url:
        return await output_of(
            sys.executable, str(program), cwd=folder, EXEC_API_KEY=SANDBOX_KEY, EXEC_BASE_URL=base_url
        )


async def run_snippet(block: Block, capsys: pytest.CaptureFixture[str]) -> str:
    source = "\n" * (block.line - 1) + block.code
    code = compile(source, str(README), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    async with AsyncExecClient(SANDBOX_KEY, transport=Sandbox().transport()) as client:
        result = eval(code, {"client": client, "__name__": "readme"})
        if inspect.isawaitable(result):
            await result
    return capsys.readouterr().out


# --- commands ------------------------------------------------------------------------------------


async def demo(_: re.Match[str], folder: Path) -> str:
    return await output_of(sys.executable, str(ROOT / "examples/practice_report.py"), cwd=folder)


def make_targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return {*re.findall(r"^([a-z]+):", makefile, re.MULTILINE)}


def recipe_of(target: str) -> list[str]:
    """The one command that a target of the Makefile runs, for the interpreter that runs these tests."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    rule = re.search(rf"^{target}: \$\(VENV\) ##.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    assert rule is not None, f"make {target} is no target, or needs more than the environment"
    [recipe] = rule[1].splitlines()
    program, *arguments = recipe.split()
    assert program == "$(PYTHON)"
    return [sys.executable, *arguments]


def copy_of_the_tree(folder: Path) -> Path:
    """What is needed to write openapi.yaml and exec_api_client/generated, and neither of these changed."""
    copy = folder / "copy"
    for name in ("exec_api_client", "generator"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("openapi.yaml", "generator-config.yaml", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    return copy


def files_in(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


async def make_update(command: re.Match[str], folder: Path) -> str:
    """What `make update` does before its checks, from the source and with the report that are named."""
    copy = copy_of_the_tree(folder)
    source, report = command[1], command[2]
    update = ("-m", "generator.update", "--report", report)
    assert "$(PYTHON) -m generator.update $(if" in (ROOT / "Makefile").read_text(encoding="utf-8")
    output = await output_of(sys.executable, *update, cwd=copy, PYTHONPATH=str(copy), SOURCE=source)
    assert "No change" in (copy / report).read_text(encoding="utf-8")
    shutil.rmtree(copy)
    return output


async def make_fetch(command: re.Match[str], folder: Path) -> str:
    copy = copy_of_the_tree(folder)
    assert "$(PYTHON) -m generator.fetch\n" in (ROOT / "Makefile").read_text(encoding="utf-8")
    output = await output_of(
        sys.executable, "-m", "generator.fetch", cwd=copy, PYTHONPATH=str(copy), SOURCE=command[1]
    )
    assert files_in(copy / "generator/pages") == files_in(ROOT / "generator/pages")
    shutil.rmtree(copy)
    return output


async def make_spec(_: re.Match[str], folder: Path) -> str:
    copy = copy_of_the_tree(folder)
    (copy / "openapi.yaml").unlink()
    output = await output_of(*recipe_of("spec"), cwd=copy, PYTHONPATH=str(copy))
    assert (copy / "openapi.yaml").read_bytes() == (ROOT / "openapi.yaml").read_bytes()
    shutil.rmtree(copy)
    return output


async def make_generate(_: re.Match[str], folder: Path) -> str:
    copy = copy_of_the_tree(folder)
    written, kept = copy / "exec_api_client/generated", ROOT / "exec_api_client/generated"
    shutil.rmtree(written)
    output = await output_of(*recipe_of("generate"), cwd=copy, PYTHONPATH=str(copy))
    assert len(files_in(kept)) > 20
    assert files_in(written) == files_in(kept)
    shutil.rmtree(copy)
    return output


async def make_check(_: re.Match[str], __: Path) -> str:
    assert "check" in make_targets()
    return ""


async def install_project(_: re.Match[str], folder: Path) -> str:
    """Build the wheel with the backend that is installed, as pinned, and use the package out of it."""
    assert settings()["build-system"]["requires"] == [f"hatchling=={version('hatchling')}"]
    copy, wheels, installed = copy_of_the_tree(folder), folder / "wheels", folder / "installed"
    building = ("-m", "build", "--no-isolation", "--wheel", "--outdir", str(wheels), str(copy))
    await output_of(sys.executable, *building, cwd=folder, PYTHONPATH="")
    [wheel] = wheels.iterdir()
    shutil.unpack_archive(wheel, installed, format="zip")
    shutil.rmtree(copy)
    source = files_in(ROOT / "exec_api_client")
    assert files_in(installed / "exec_api_client") == source
    using = "import exec_api_client.sandbox as s; s.Sandbox(); print(s.__file__)"
    imported = await output_of(sys.executable, "-c", using, cwd=folder, PYTHONPATH=str(installed))
    assert Path(imported.strip()).is_relative_to(installed)
    return ""


async def install_dependencies(command: re.Match[str], _: Path) -> str:
    assert set(command[1].split()) == dependencies()
    return ""


async def vendor(command: re.Match[str], folder: Path) -> str:
    return await output_of(sys.executable, *command[1].split(), cwd=folder)


async def serve_sandbox(command: re.Match[str], folder: Path) -> str:
    named = re.search(r"--port (\d+)", command[1])
    arguments = (
        command[1] if named is None or is_free(int(named[1])) else command[1].replace(named[0], "--port 0")
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments.split(),
        cwd=folder,
        env=environment(),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        line = (await asyncio.wait_for(process.stdout.readline(), timeout=30)).decode()
        if named is not None and arguments != command[1]:
            line = re.sub(r"(http://127\.0\.0\.1):\d+", rf"\1:{named[1]}", line)
        return line
    finally:
        process.terminate()
        await process.wait()


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as asyncio's servers do
        with contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return True
    return False


RULES: dict[str, Callable[[re.Match[str], Path], Awaitable[str]]] = {
    r"make demo": demo,
    r"make update SOURCE=(\S+) REPORT=(\S+)": make_update,
    r"make fetch SOURCE=(\S+)": make_fetch,
    r"make spec": make_spec,
    r"make generate": make_generate,
    r"make check": make_check,
    r"pip install \.": install_project,
    r"pip install ([a-z -]+)": install_dependencies,
    r"python (-m exec_api_client\.vendor .*)": vendor,
    r"python (-m exec_api_client\.sandbox .*)": serve_sandbox,
}


async def run_commands(block: Block, folder: Path) -> str:
    output = ""
    for command in block.code.splitlines():
        for pattern, rule in RULES.items():
            if match := re.fullmatch(pattern, command):
                output += await rule(match, folder)
                break
        else:
            raise AssertionError(f"no rule in tests/test_readme.py for the command {command!r}")
    return output


def settings() -> dict[str, dict[str, Any]]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def dependencies() -> set[str]:
    return {re.split(r"[<>=!~ ]", dependency)[0] for dependency in settings()["project"]["dependencies"]}


def make_vendored(folder: Path) -> None:
    """Do what the README says, from a folder in which the package acme is."""
    assert exec_api_client.vendor.main(["add", str(folder / "acme/_vendor/exec_api")]) == 0


# --- comparing -----------------------------------------------------------------------------------


def masked(text: str) -> list[str]:
    """The lines, less what differs from run to run and what grows with the document."""
    text = re.sub(r"\b\d+\.\d+ s\b", "0.0 s", text)
    text = re.sub(r"\b\d+ as before\b", "0 as before", text)
    return [line.rstrip() for line in text.splitlines()]


def shows(expected: str, real: str) -> bool:
    """Whether a shortened output is what really came out."""
    pattern = "".join("(.*\n)*?" if line == "…" else re.escape(line + "\n") for line in masked(expected))
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in masked(real))) is not None


# --- the tests -----------------------------------------------------------------------------------

BLOCKS = blocks_of(README.read_text(encoding="utf-8"))


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: f"line-{block.line}-{block.kind}")
async def test_a_block_does_what_the_readme_says(
    block: Block, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert block.kind in ("python", "sh"), f"README.md:{block.line}: a block of an unknown kind"
    if block.kind == "sh":
        real = await run_commands(block, tmp_path)
    elif block.is_program:
        make_vendored(tmp_path)
        real = await run_program(block, tmp_path)
    else:
        real = await run_snippet(block, capsys)
    if block.output is not None:
        assert shows(block.output, real), f"README.md:{block.line} shows other output than this:\n{real}"


def test_every_file_and_folder_that_is_named_exists() -> None:
    text = README.read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:[\w.-]+/)*[\w-]+(?:\.(?:py|yaml|toml|md)|/))`", text))
    named |= {target for target in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in target}
    assert len(named) > 3
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_make_target_that_is_named_exists() -> None:
    text = README.read_text(encoding="utf-8")
    assert set(re.findall(r"`make ([a-z]+)`", text)) <= make_targets()


def test_the_tree_of_exceptions_is_the_real_one() -> None:
    import exec_api_client  # noqa: PLC0415 (the whole package is looked at)

    public = {name: getattr(exec_api_client, name) for name in exec_api_client.__all__}
    exceptions = {
        name: value
        for name, value in public.items()
        if isinstance(value, type) and issubclass(value, exec_api_client.ExecError)
    }
    text = README.read_text(encoding="utf-8")
    rows = re.findall(r"^- *`(\w+)`|^( +)- `(\w+)`", text, re.MULTILINE)
    path: list[str] = []
    shown: dict[str, str] = {}
    for top, indent, nested in rows:
        name, depth = (top, 0) if top else (nested, len(indent) // 2)
        if name in exceptions:
            path[depth:] = [name]
            shown[name] = path[depth - 1] if depth else ""
    direct = {
        name: next((base.__name__ for base in value.__mro__[1:] if base.__name__ in exceptions), "")
        for name, value in exceptions.items()
    }
    assert shown == direct


def test_the_dependencies_are_the_real_ones() -> None:
    text = " ".join(README.read_text(encoding="utf-8").split())
    assert dependencies() == {"httpx", "attrs", "python-dateutil"}
    assert "httpx, attrs and python-dateutil" in text


def test_the_numbers_are_the_real_ones() -> None:
    text = " ".join(README.read_text(encoding="utf-8").split())
    constructor = inspect.signature(AsyncExecClient).parameters
    assert RetryPolicy().max_retries == 2
    assert "tried up to two more times" in text
    assert constructor["timeout"].default == 30
    assert "an attempt is given up (30 by default)" in text
    assert constructor["deadline"].default is None
    assert "all its attempts and waits (none by default)" in text


# --- that these tests can fail -------------------------------------------------------------------


def test_blocks_are_found_with_their_lines_and_outputs() -> None:
    text = "# T\n\n```sh\nmake demo\n```\nprints\n```text\na\n…\n```\n\n````python\n```\n````\n```ruby\n```\n"
    assert blocks_of(text) == [
        Block(4, "sh", "make demo\n", "a\n…\n"),
        Block(13, "python", "```\n"),
        Block(16, "ruby", "\n"),
    ]


@pytest.mark.parametrize(
    "text", ["```python\n1\n", "```text\n1\n```\n", "```sh\n```\n" + "```text\n```\n" * 2]
)
def test_a_readme_that_cannot_be_read_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"README.md:\d+: (the fence|output without)"):
        blocks_of(text)


@pytest.mark.parametrize(
    ("expected", "same"),
    [
        ("one\ntwo 1.5 s\nthree\n", True),
        ("one\n…\n", True),
        ("…\nthree\n", True),
        ("one\n…\ntwo 1.5 s\nthree\n", True),
        ("one\nthree\n", False),
        ("one\n", False),
        ("two 1.5 s\nthree\n", False),
        ("one\ntwo 1.5 s\nthree :8787\n", False),
        ("", False),
    ],
)
def test_a_shortened_output_is_compared_with_the_whole(expected: str, same: bool) -> None:
    assert shows(expected, "one  \ntwo 2.25 s\nthree\n") is same


async def test_a_port_that_is_named_is_shown_also_where_it_is_taken(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        taken.listen()
        assert not is_free(port)
        command = f"python -m exec_api_client.sandbox --port {port}\n"
        shown = f"EXEC_BASE_URL=http://127.0.0.1:{port}/rest/v1 EXEC_API_KEY={SANDBOX_KEY}\n"
        assert await run_commands(Block(1, "sh", command), tmp_path) == shown
    assert not shows(shown, shown.replace(f":{port}", ":1"))


@pytest.mark.parametrize("target", ["demo", "setup", "dist", "cake"])
def test_a_target_that_does_more_than_one_command_on_the_environment_is_not_run(target: str) -> None:
    if target == "demo":
        assert recipe_of(target) == [sys.executable, "examples/practice_report.py"]
    else:
        with pytest.raises((AssertionError, ValueError)):
            recipe_of(target)


async def test_a_command_without_a_rule_fails(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"no rule .* 'make demo now!'"):
        await run_commands(Block(1, "sh", "make demo now!\n"), tmp_path)
    with pytest.raises(AssertionError):
        await run_commands(Block(1, "sh", "make cake\n"), tmp_path)
    with pytest.raises(AssertionError):
        await run_commands(Block(1, "sh", "pip install httpx\n"), tmp_path)


async def test_a_program_or_snippet_that_raises_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(AssertionError, match="line 7"):
        await run_program(Block(7, "python", "import asyncio; asyncio.run(None)\n"), tmp_path)
    with pytest.raises(AttributeError):
        await run_snippet(Block(1, "python", "await client.sessions.all()\n"), capsys)
