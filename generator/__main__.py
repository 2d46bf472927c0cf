"""The generator's commands: `python -m generator spec | generate | update`."""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from .checkout import ROOT, Checkout, differences
from .document.openapi import METHODS
from .emit.generate import generate
from .errors import GeneratorError, refuse
from .normalise.texts import visible
from .sources.fetch import INDEX
from .update import update

_OPERATION = re.compile(rf"\b({'|'.join(METHODS).upper()}) (/[^\s,:]*)")


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Run a command; return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a console may lack characters of the document
            stream.reconfigure(errors="backslashreplace")
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace, Checkout], Iterator[str]] = options.run
    try:
        for line in command(options, Checkout(root)):
            print(line)
    except GeneratorError as error:
        for problem in error.problems:
            print(f"{options.command}: {visible(problem)}", file=sys.stderr)
        for method, path in dict.fromkeys(_OPERATION.findall(str(error))):
            print(
                f"{options.command}: to go on without {method} {path}, add an action to "
                f"generator/overlay.yaml: target: \"$.paths['{path}'].{method.lower()}\", remove: true",
                file=sys.stderr,
            )
        return 1
    except OSError as error:
        print(f"{options.command}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"{options.command}: interrupted; `git status` shows what it replaced", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m generator", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("spec", help="merge the pages into openapi.yaml")
    _add_check(run, _spec)
    run = commands.add_parser("generate", help="write exec_api_client/generated from openapi.yaml")
    _add_check(run, _generate)
    run = commands.add_parser("update", help="fetch, merge, generate and report what changed")
    default = os.environ.get("SOURCE", "").strip() or INDEX
    told = f"an llms.txt, a page, a folder of pages, or a whole document (default: $SOURCE, or {INDEX})"
    run.add_argument("source", nargs="?", default=default, metavar="SOURCE", help=told)
    run.add_argument("--report", type=Path, metavar="FILE", help="write the report there as Markdown")
    run.add_argument("--against", default="", metavar="REF", help="compare with this commit (default: HEAD)")
    run.set_defaults(run=_update)
    return parser


def _add_check(parser: argparse.ArgumentParser, run: object) -> None:
    parser.add_argument("--check", action="store_true", help="write nothing; fail if something would change")
    parser.set_defaults(run=run)


def _spec(options: argparse.Namespace, checkout: Checkout) -> Iterator[str]:
    text = checkout.merged()
    if not options.check:
        yield "openapi.yaml has changed" if checkout.write_document(text) else "openapi.yaml is as before"
    elif checkout.document.read_text(encoding="utf-8") != text:
        raise GeneratorError("openapi.yaml is not what its source gives; run `make spec`, then `git diff`")


def _generate(options: argparse.Namespace, checkout: Checkout) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "generated"
        made = generate(checkout.document, fresh)
        if options.check:
            refuse(
                f"exec_api_client/generated/{name} is not what the document gives; run `make generate`"
                for name in differences(fresh, checkout.generated)
            )
            return
        yield from (f"note: {visible(note)}" for note in made.notes)
        yield from (f"changed {visible(name)}" for name in checkout.write_generated(fresh))


def _update(options: argparse.Namespace, checkout: Checkout) -> Iterator[str]:
    yield update(options.source, checkout.root, options.report, options.against).rstrip("\n")


if __name__ == "__main__":
    sys.exit(main())
