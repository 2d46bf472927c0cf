"""No text of a document becomes code, and all of it arrives."""

from __future__ import annotations

import ast
import inspect
import unicodedata
from pathlib import Path
from types import ModuleType

from ..growing import Server, client_of, modules


def test_no_text_of_a_document_becomes_code(hostile: ModuleType, hostile_folder: Path) -> None:
    names = [module.__name__ for module in modules(hostile)]
    assert len(names) >= 8
    for path in (hostile_folder / "generated").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not [one for one in text if unicodedata.category(one)[0] in "CZ" and one not in " \n"]
        for node in ast.walk(ast.parse(text)):
            assert not (isinstance(node, ast.Name) and node.id == "SystemExit")
            assert not (isinstance(node, ast.Import) and node.names[0].name == "os")


def test_hostile_text_stays_readable(hostile: ModuleType) -> None:
    (resource,) = [name for name in dir(hostile.AsyncExecClient) if "evil" in name]
    method = getattr(client_of(hostile, Server()), resource).get_raise_system_exit_id
    text = inspect.getdoc(method) or ""
    assert text.splitlines()[0] == "''' raise SystemExit('summary') #\\"
    assert "\\N{BULLET} \\U0001 \\x {{ 7 * 7 }} {% raise %} {# gone #} {exec} %s %(a)s \\" in text
    assert "id: ''' raise SystemExit('path') ''' RTL line next last\\" in text
    assert "49" not in text


async def test_hostile_names_arrive_as_they_are(hostile: ModuleType) -> None:
    server = Server()
    odd = "\"\\\u202e{{ 7 * 7 }}'''"
    field = "\"\\\u202e\n{{ 7 * 7 }}'''"
    server.answer({f"k{field}": "read", "kind": "\u202eevil"})
    (resource,) = [name for name in dir(hostile.AsyncExecClient) if "evil" in name]
    async with client_of(hostile, server) as client:
        method = getattr(client, resource).get_raise_system_exit_id
        evil = await method("i", f_7_7="written", q_7_7="\u202eevil")
    assert dict(server.last.url.params) == {f"q{odd}": "\u202eevil"}
    assert server.sent == {f"f{field}": "written"}
    assert evil.k_7_7 == "read"
    assert server.last.url.path == '/v1/a"b/{{ 7 * 7 }}/\\i"'
