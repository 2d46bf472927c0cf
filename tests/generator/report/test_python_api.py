"""What users of the package feel: a document with a resource for each case, and its next version."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from generator.report import Report, report
from tests.generator.growing import answering, document_of, taking

from .snapshots import generated, lines

TEXT = {"type": "string"}
NUMBER = {"type": "number"}
INTEGER = {"type": "integer"}
TIME = {"type": "string", "format": "date-time"}
BOUNDS = {"since": "Made on or after this", "until": "Made on or before this"}
# A schema, and the same fields as those of a subclass.
PART = {"type": "object", "required": ["name", "size"], "properties": {"name": TEXT, "size": INTEGER}}
OWN = [{"type": "object", "required": ["size"], "properties": {"size": INTEGER}}]
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
    other: Any = field(default_factory=dict)


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


def moments(described: str) -> Side:
    """Return a list that has an inclusive bound of the creation time, or does not describe it as one."""
    bounds = [{**query(name, TIME), "description": text} for name, text in BOUNDS.items()]
    bounds[0]["description"] = described
    row = {
        "type": "object",
        "required": ["id", "made_at"],
        "properties": {"id": TEXT, "made_at": {**TIME, "description": "Time of creation"}},
    }
    listed = {
        "type": "object",
        "properties": {"data": {"type": "array", "items": row}, "pagination": {"type": "object"}},
    }
    order = query("order", one_of("made_at", "-made_at"))
    paging = [query("page", INTEGER), query("page_size", INTEGER)]
    return Side(parameters=[*bounds, order, *paging], response=answering(listed))


def nullable(schema: Any) -> Any:
    return {**schema, "nullable": True}


# A case is called after a colour: what it was, what it is, and the lines that the report has of it.
CASES: dict[str, tuple[Side | None, Side | None, list[str]]] = {
    "red": (asks(), None, [
        "! `client.red.get()` is removed (`GET /red`). Code that uses it fails.",
    ]),
    "blue": (None, asks(query("size", INTEGER), query("name", TEXT, required=True)), [
        "New: `client.blue.get(*, size: int | None = None, name: str) -> str`\n  Read blue (`GET /blue`)",
    ]),
    "green": (asks(), asks(query("size", INTEGER)), [
        "`client.green.get(size)` is new: `size: int | None = None`.",
    ]),
    "brown": (asks(), asks(query("size", INTEGER, required=True)), [
        "! `client.brown.get(size)` is new: `size: int`, required. Code without it fails.",
    ]),
    "black": (asks(query("size", INTEGER)), asks(), [
        "! `client.black.get(size)` is removed. Code that uses it fails.",
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
        "! `client.lilac.get(lilac)` is called `key` now. Code that uses the old name fails.",
    ]),
    "teak": (asks(on_path("a"), path="/teak/{a}"), asks(on_path("b"), on_path("a"), path="/{b}/teak/{a}"), [
        "! `client.teak.get(a)` stands at another position. Calls by position fail.",
        "! `client.teak.get(b)` is new: `b: str`, required. Code without it fails.",
    ]),
    "slate": (answers([], size=INTEGER), Side(schema=one_of("k", "l")), [
        "! `Slate` changes from class to enum.",
        "! `Slate.size` is removed. Code that uses it fails.",
    ]),
    "cyan": (asks(query("kind", one_of("a", "b"))), asks(query("kind", one_of("a", "b", "c"))), [
        "`GetCyanKind` gains `'c'`. Before, arguments refused that.",
    ]),
    "ochre": (asks(query("kind", one_of("a", "b"))), asks(query("kind", one_of("a"))), [
        "! `GetOchreKind` loses `'b'`. Arguments refuse that now.",
    ]),
    "sand": (asks(query("kind", one_of("a", "b"))), asks(query("kind", one_of("b", "a"))), []),
    "beige": (answers(["kind"], kind=one_of("a", "d")), answers(["kind"], kind=one_of("a", "d", "e")), [
        "`BeigeKind` gains `'e'`. Not breaking in responses, which are read with any value.",
    ]),
    "ivory": (answers(["kind"], kind=one_of("f", "g")), answers(["kind"], kind=one_of("f")), [
        "! `IvoryKind` loses `'g'`. Type checkers reject code that compares with it.",
    ]),
    "coral": (answers(["name"], name=TEXT), answers(["name"], name=TEXT, size=INTEGER), [
        "`Coral.size` is new: `int`. Code that makes this model itself must pass it.",
    ]),
    "olive": (answers(["name"], name=TEXT, size=INTEGER), answers(["name"], name=TEXT), [
        "! `Olive.size` is removed. Code that uses it fails.",
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
        "`client.azure.create(size)` is new: `size: int | Unset = UNSET`.",
    ]),
    "mauve": (sends(["name"], name=TEXT), sends(["name", "size"], name=TEXT, size=INTEGER), [
        "! `client.mauve.create(size)` is new: `size: int`, required. Code without it fails.",
    ]),
    "khaki": (sends(["name"], name=TEXT), sends(["name"], name=nullable(TEXT)), [
        "`client.khaki.create(name)` is `str | None` now, not `str`. It takes all that it took before.",
    ]),
    "sepia": (nests(["name"], name=TEXT), nests(["name", "size"], name=TEXT, size=INTEGER), [
        "! `CreateSepiaInner.size` is new: `int`, required. Code without it fails.",
    ]),
    "tan": (
        Side(response=answering({"$ref": "#/components/schemas/Pages"})),
        Side(parameters=[query("page", INTEGER), query("page_size", INTEGER)],
             response=answering({"$ref": "#/components/schemas/Pages"})), [
        f"! `client.tan.get()` returns `AsyncPager[str]` now, not `Pages`. {OTHER_TYPE}",
        "`client.tan.get(page)` is new: `page: int | None = None`.",
        "`client.tan.get(page_size)` is new: `page_size: int | None = None`.",
    ]),
    "umber": (Side(response=answering(TEXT)), Side(response={"204": {"description": "Done"}}), [
        f"! `client.umber.get()` returns `None` now, not `str`. {OTHER_TYPE}",
    ]),
    "lime": (asks(), Side(other={"operationId": "fetchLime"}), [
        "! `client.lime.get()` is called `client.lime.fetch()` now. Code that uses the old name fails.",
    ]),
    "navy": (answers(["name"], name=TEXT, at=TEXT), answers(["name"], name=TEXT, since=nullable(TEXT)), [
        "! `Navy.at` is removed. Code that uses it fails.",
        "`Navy.since` is new: `str | None`. Code that makes this model itself must pass it.",
    ]),
    "jade": (asks(query("at", TEXT)), asks(query("at", TIME)), [
        "! `client.jade.get(at)` is `datetime.datetime | str | None` now, not `str | None`. "
        "It refuses what it took before.",
    ]),
    "ruby": (moments("Made on or after this"), moments("Made after this"), [
        "`client.ruby.get()` is read by page number now, not by creation time: "
        "rows may repeat or be missed while it changes.",
    ]),
    "pearl": (sends([], token=TEXT), sends([], token={**TEXT, "description": "Idempotency token"}), [
        "`client.pearl.create()` sends an idempotency key now, so it is retried.",
    ]),
    "silver": (Side(schema=PART), Side(schema={"allOf": [{"$ref": "#/components/schemas/Part"}, *OWN]}), [
        "`Silver` is a `Part` too now.",
    ]),
    "bronze": (Side(schema={"allOf": [{"$ref": "#/components/schemas/Whole"}, *OWN]}), Side(schema=PART), [
        "! `Bronze` is no longer a `Whole`. Type checkers reject code that passes it as one.",
    ]),
    "gold": (asks(), Side(other={"deprecated": True}), [
        "`client.gold.get()` is deprecated: it works until the API drops it.",
    ]),
    # One enum of two fields becomes two, of which one has the same values.
    "mint": (
        answers([], grade=one_of("h", "i"), best_grade=one_of("h", "i")),
        answers([], grade=one_of("h", "i"), best_grade=one_of("h", "i", "j")), [
        "`Mint.grade` is `MintGrade` now, not `Grade`. Code that handles the old type handles this one.",
        "`Mint.best_grade` is `MintBestGrade` now, not `Grade`. It gains `'j'`. "
        "Not breaking in responses, which are read with any value.",
    ]),
}  # fmt: skip


def document(number: int) -> Any:
    fields = {"data": {"type": "array", "items": TEXT}, "pagination": {"type": "object"}}
    operations, schemas = [], {"Pages": {"type": "object", "properties": fields}}
    base = {"type": "object", "required": ["name"], "properties": {"name": TEXT}}
    schemas |= {"Part": base, "Whole": base}
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
            **side.other,
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
    title = name.title()
    own = (
        f"`client.{name}.",
        f"`{title}.",
        f"`{title}` ",
        f"`{title}Kind`",
        f"`Get{title}",
        f"`Create{title}",
    )
    told = [change for change in whole.python if change.text.removeprefix("New: ").startswith(own)]
    assert lines(told) == CASES[name][2]


def test_no_other_change_is_told(whole: Report) -> None:
    models = [text for text in lines(whole.python) if text.startswith(("New: `M", "! Removed: "))]
    assert models == [
        "New: `MintBestGrade`, `MintGrade`, `Part`.",
        "! Removed: `Grade`, `Pages`, `Whole`. Importing what is removed fails.",
    ]
    assert len(whole.python) == len(models) + sum(len(expected) for _, _, expected in CASES.values())
