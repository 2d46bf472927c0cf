"""What users of the package feel: a document with a resource for each case, and its next version."""

from __future__ import annotations

import inspect
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import exec_api_client
from exec_api_client import AsyncExecClient, models
from generator.checkout import ROOT
from generator.report import Report, Snapshot, report
from generator.report.surface import Surface
from tests.generator.growing import answering, document_of, taking

from .snapshots import PACKAGE, generated, lines

TEXT = {"type": "string"}
NUMBER = {"type": "number"}
INTEGER = {"type": "integer"}
UNEXPECTED = "Code that does not expect that can fail, and type checkers reject it."
OTHER_TYPE = "Code may get another type. Where it does not expect that, type checkers reject it."


@dataclass
class Side:
    """An operation of a case, and the schema that is called after the case."""

    parameters: list[Any] = field(default_factory=list)
    body: Any = None
    response: Any = None
    schema: Any = None
    path: str = ""


def query(name: str, schema: Any, *, required: bool = False) -> Any:
    return {"name": name, "in": "query", "required": required, "schema": schema}


def on_path(name: str) -> Any:
    return {"name": name, "in": "path", "required": True, "schema": TEXT}


def asks(*parameters: Any, path: str = "") -> Side:
    return Side(parameters=list(parameters), path=path)


def sends(required: list[str], **fields: Any) -> Side:
    return Side(body={"type": "object", "required": required, "properties": fields})


def answers(required: list[str], **fields: Any) -> Side:
    return Side(schema={"type": "object", "required": required, "properties": fields})


def nests(required: list[str], **fields: Any) -> Side:
    inner = {"type": "object", "required": required, "properties": fields}
    return Side(body={"type": "object", "properties": {"inner": inner}})


def one_of(*values: str) -> Any:
    return {"type": "string", "enum": list(values)}


def nullable(schema: Any) -> Any:
    return {**schema, "nullable": True}


# A case is called after a colour: what it was, what it is, and the lines that the report has of it.
CASES: dict[str, tuple[Side | None, Side | None, list[str]]] = {
    "red": (asks(), None, [
        "! `client.red.get()` is removed (`GET /red`). Calls fail.",
    ]),
    "blue": (None, asks(query("size", INTEGER), query("name", TEXT, required=True)), [
        "New: `client.blue.get(*, size: int | None = None, name: str) -> str`\n  Read blue (`GET /blue`)",
    ]),
    "green": (asks(), asks(query("size", INTEGER)), [
        "`client.green.get(size)` is a new argument: `size: int | None = None`.",
    ]),
    "brown": (asks(), asks(query("size", INTEGER, required=True)), [
        "! `client.brown.get(size)` is a new argument: `size: int`, required. Code without it fails.",
    ]),
    "black": (asks(query("size", INTEGER)), asks(), [
        "! `client.black.get(size)` is removed. Calls that pass it fail.",
    ]),
    "white": (asks(query("size", INTEGER)), asks(query("size", INTEGER, required=True)), [
        "! `client.white.get(size)` is required now. Code without it fails.",
    ]),
    "grey": (asks(query("size", INTEGER, required=True)), asks(query("size", INTEGER)), [
        "`client.grey.get(size)` may be left out.",
    ]),
    "pink": (asks(query("size", INTEGER)), asks(query("size", NUMBER)), [
        "`client.pink.get(size)` is `float | None` now, not `int | None`. It takes all that it took before.",
    ]),
    "amber": (asks(query("size", INTEGER)), asks(query("size", TEXT)), [
        "! `client.amber.get(size)` is `str | None` now, not `int | None`. It refuses what it took before.",
    ]),
    "lilac": (asks(on_path("lilac"), path="/lilac/{lilac}"), asks(on_path("key"), path="/lilac/{key}"), [
        "! `client.lilac.get(lilac)` is called `key` now. Calls that name it fail.",
    ]),
    "cyan": (asks(query("kind", one_of("a", "b"))), asks(query("kind", one_of("a", "b", "c"))), [
        "`GetCyanKind` gains `'c'`. Before, arguments refused that.",
    ]),
    "ochre": (asks(query("kind", one_of("a", "b"))), asks(query("kind", one_of("a"))), [
        "! `GetOchreKind` loses `'b'`. Arguments refuse that now.",
    ]),
    "beige": (answers(["kind"], kind=one_of("a", "d")), answers(["kind"], kind=one_of("a", "d", "e")), [
        "`BeigeKind` gains `'e'`. Responses may hold it, as any value that is not listed.",
    ]),
    "ivory": (answers(["kind"], kind=one_of("f", "g")), answers(["kind"], kind=one_of("f")), [
        "! `IvoryKind` loses `'g'`. Type checkers reject code that compares with it.",
    ]),
    "coral": (answers(["name"], name=TEXT), answers(["name"], name=TEXT, size=INTEGER), [
        "`Coral.size` is new: `int`.",
    ]),
    "olive": (answers(["name"], name=TEXT, size=INTEGER), answers(["name"], name=TEXT), [
        "! `Olive.size` is removed. Code that reads it fails.",
    ]),
    "peach": (answers(["name"], name=TEXT), answers(["name"], name=nullable(TEXT)), [
        f"! `Peach.name` is `str | None` now, not `str`. It may be `None`. {UNEXPECTED}",
    ]),
    "plum": (answers(["name"], name=nullable(TEXT)), answers(["name"], name=TEXT), [
        "`Plum.name` is `str` now, not `str | None`. Code that handles the old type handles this one.",
    ]),
    "rose": (answers(["name", "size"], name=TEXT, size=TEXT), answers(["name"], name=TEXT, size=TEXT), []),
    "teal": (answers(["name"], name=TEXT), answers(["name"], name=INTEGER), [
        f"! `Teal.name` is `int` now, not `str`. {OTHER_TYPE}",
    ]),
    "azure": (sends(["name"], name=TEXT), sends(["name"], name=TEXT, size=INTEGER), [
        "`client.azure.create(size)` is a new argument: `size: int | Unset = UNSET`.",
    ]),
    "mauve": (sends(["name"], name=TEXT), sends(["name", "size"], name=TEXT, size=INTEGER), [
        "! `client.mauve.create(size)` is a new argument: `size: int`, required. Code without it fails.",
    ]),
    "khaki": (sends(["name"], name=TEXT), sends(["name"], name=nullable(TEXT)), [
        "`client.khaki.create(name)` is `str | None` now, not `str`. It takes all that it took before.",
    ]),
    "sepia": (nests(["name"], name=TEXT), nests(["name", "size"], name=TEXT, size=INTEGER), [
        "! `CreateSepiaInner.size` is new: `int`, required. Code without it fails.",
    ]),
    "umber": (Side(response=answering(TEXT)), Side(response={"204": {"description": "Done"}}), [
        f"! `client.umber.get()` returns `None` now, not `str`. {OTHER_TYPE}",
    ]),
}  # fmt: skip


def document(number: int) -> Any:
    operations, schemas = [], {}
    for name, case in CASES.items():
        side = case[number]
        if not isinstance(side, Side):
            continue
        title = name.title()
        if side.schema:
            schemas[title] = side.schema
        schema = {"$ref": f"#/components/schemas/{title}"} if side.schema else TEXT
        operations.append({
            "path": side.path or f"/{name}",
            "method": "post" if side.body else "get",
            "tags": [title],
            "operationId": f"{'create' if side.body else 'get'}{title}",
            "summary": f"Read {name}",
            "parameters": side.parameters,
            **({"requestBody": taking(side.body, required=True)} if side.body else {}),
            "responses": side.response or answering(schema),
        })  # fmt: skip
    return document_of(*operations, **schemas)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = tmp_path_factory.mktemp("cases")
    before, after = (generated(document(number), folder / str(number)) for number in (0, 1))
    return report(before, after)


@pytest.mark.parametrize("name", CASES)
def test_each_change_is_told_once_and_judged(whole: Report, name: str) -> None:
    assert whole.python
    told = tuple(
        change for change in whole.python if f"`client.{name}." in change.text or name.title() in change.text
    )
    assert lines(told) == CASES[name][2]


def test_no_other_change_is_told(whole: Report) -> None:
    assert len(lines(whole.python)) == sum(len(expected) for _, _, expected in CASES.values())


# --- the rest of the package


def test_what_the_package_exports_is_compared_too(tmp_path: Path) -> None:
    for side in ("before", "after"):
        left_out = shutil.ignore_patterns("__pycache__", "sandbox")
        shutil.copytree(PACKAGE, tmp_path / side / PACKAGE.name, ignore=left_out)
    module = tmp_path / "after" / PACKAGE.name / "__init__.py"
    text = module.read_text(encoding="utf-8")
    assert '    "Usage",\n' in text
    module.write_text(text.replace('    "Usage",\n', ""), encoding="utf-8")
    told = report(Snapshot({}, tmp_path / "before"), Snapshot({}, tmp_path / "after"))
    assert lines(told.python) == ["! `Usage` is removed. Importing it fails."]


def test_the_package_does_not_differ_from_itself() -> None:
    told = report(Snapshot({}, ROOT), Snapshot({}, ROOT))
    assert told.is_empty
    assert told.text() == "No change in the API.\n"


def test_names_are_those_of_the_running_package() -> None:
    """griffe reads the code without running it, so names that are loaded lazily could escape it."""
    names = Surface(ROOT).names
    assert {name for name in names if "." not in name and "(" not in name} == set(exec_api_client.__all__)
    assert {name.split(".")[1] for name in names if name.startswith("models.")} == set(models.__all__)
    for resource in {name.split(".")[1] for name in names if name.startswith("client.")}:
        cached = getattr(AsyncExecClient, resource)
        returned = inspect.signature(cached.func).return_annotation
        assert returned == f"{resource.title().replace('_', '')}Resource"


def test_a_folder_without_the_package_is_refused(tmp_path: Path) -> None:
    """The package that happens to be installed is not read in its place."""
    with pytest.raises(ModuleNotFoundError):
        report(Snapshot({}, tmp_path), Snapshot({}, ROOT))
