"""The generator's commands: `python -m generator spec | generate | update`."""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .checkout import ROOT, Checkout, changed_files, read_files, replace_files
from .document.openapi import METHODS
from .emit.generate import generate
from .errors import GeneratorError, refuse
from .normalise.texts import visible
from .sources.fetch import INDEX, fetch
from .sources.merge import render
from .update import update

_OPERATION = re.compile(rf"\b({'|'.join(METHODS).upper()}) (/[^\s,:]*)")


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Run a command; return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a console may lack characters of the document
            stream.reconfigure(errors="backslashreplace")
    options = _parser().parse_args(arguments)
    try:
        for line in _COMMANDS[options.command](options, Checkout(root)):
            print(line)
    except (GeneratorError, OSError) as error:
        problems = error.problems if isinstance(error, GeneratorError) else [str(error)]
        for problem in problems:
            print(f"{options.command}: {visible(problem)}", file=sys.stderr)
        for method, path in dict.fromkeys(_OPERATION.findall("\n".join(problems))):
            print(
                f"{options.command}: to go on without {method} {path}, add an action to "
                f"generator/overlay.yaml: target: \"$.paths['{path}'].{method.lower()}\", remove: true",
                file=sys.stderr,
            )
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m generator", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    spec = commands.add_parser("spec", help="merge the pages into openapi.yaml")
    code = commands.add_parser("generate", help="write exec_api_client/generated from openapi.yaml")
    for command in (spec, code):
        command.add_argument("--check", action="store_true", help="write nothing; fail on a difference")
    run = commands.add_parser("update", help="fetch, merge, generate and report what changed")
    default = os.environ.get("SOURCE", "").strip() or INDEX
    told = f"an llms.txt, a page, a folder of pages, or a whole document (default: $SOURCE, or {INDEX})"
    run.add_argument("source", nargs="?", default=default, metavar="SOURCE", help=told)
    run.add_argument("--report", type=Path, metavar="FILE", help="write the report there as Markdown")
    run.add_argument("--against", default="", metavar="REF", help="compare with this commit (default: HEAD)")
    return parser


def _spec(options: argparse.Namespace, checkout: Checkout) -> Iterator[str]:
    pages = checkout.read_pages()
    text = render(fetch(str(checkout.pages if pages else checkout.document), pages).document)
    if not options.check:
        yield "openapi.yaml has changed" if checkout.write_document(text) else "openapi.yaml is as before"
    elif checkout.document.read_text(encoding="utf-8") != text:
        raise GeneratorError("openapi.yaml is not what its source gives; run `make spec`, then `git diff`")


def _generate(options: argparse.Namespace, checkout: Checkout) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        made = generate(checkout.document, Path(folder) / "generated")
        fresh = read_files(Path(folder) / "generated")
    if options.check:
        refuse(
            f"exec_api_client/generated/{name} is not what the document gives; run `make generate`"
            for name in changed_files(read_files(checkout.generated), fresh)
        )
    else:
        yield from (f"note: {visible(note)}" for note in made.notes)
        yield from (f"changed {visible(name)}" for name in replace_files(checkout.generated, fresh))


def _update(options: argparse.Namespace, checkout: Checkout) -> Iterator[str]:
    yield update(options.source, checkout.root, options.report, options.against).rstrip("\n")


_COMMANDS = {"spec": _spec, "generate": _generate, "update": _update}


if __name__ == "__main__":
    sys.exit(main())
