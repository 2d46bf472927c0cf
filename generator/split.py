"""Split a whole OpenAPI document into pages like the published ones, which merge to it again."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

from . import yaml12
from .compare import difference
from .index import RESERVED, FetchError
from .merge import MergeError, merge
from .naming import words
from .pages import METHODS
from .references import references, unescaped
from .yaml12 import Json

_FILE = "/openapi.yaml"
_MEND = "mend the document (a copy of it will do) and name that as SOURCE"
_PATH = re.compile(r"/[^\s`]*")
_RUN = re.compile(r"`{3,}")

Component = tuple[str, str]


class Part(NamedTuple):
    """One operation's page, as text, with the name of its file."""

    name: str
    method: str
    path: str
    source: bytes


class Split(NamedTuple):
    """A document's pages, and what stands on none of them because no operation uses it."""

    parts: list[Part]
    unused: list[str]


def read_document(address: str, source: bytes) -> dict[str, Any]:
    """The document that a YAML or JSON file holds; a FetchError says why it is none."""
    try:
        text = source.decode("utf-8-sig")
        # JSON writes a character beyond U+FFFF as two escapes, which YAML does not join.
        document = _json(text) if text.lstrip().startswith("{") else yaml12.load(text)
    except UnicodeDecodeError as error:
        raise FetchError(f"{address}: byte {error.start + 1} is not UTF-8; save it as UTF-8") from error
    except ValueError as error:
        raise FetchError(f"{address}: neither YAML nor JSON: {error}; {_MEND}") from error
    if (
        not isinstance(document, dict)
        or not isinstance(paths := document.get("paths"), dict)
        or not all(isinstance(item, dict) for item in paths.values())
    ):
        raise FetchError(f"{address}: not an OpenAPI document: it has no mapping `paths`; name another")
    return document


def split(address: str, document: Mapping[str, Any]) -> Split:
    """A page for each operation; a FetchError names what the pages could not give back."""
    paths = document["paths"]
    places = [(method, path) for path, item in paths.items() for method in METHODS if method in item]
    if not places:
        raise FetchError(f"{address}: has no operation; name a document that describes some")
    elsewhere = [path for path, item in paths.items() if "$ref" in item]
    if elsewhere:
        raise FetchError(
            *(f"{address}: {path} is described elsewhere ($ref); write it out" for path in elsewhere)
        )
    if odd := [path for _, path in places if not _PATH.fullmatch(path)]:
        raise FetchError(
            *(f"{address}: {path!r}: a path begins with / and has no blank or backtick" for path in odd)
        )
    names = _names(document, places)
    used: set[Component] = set()
    parts = []
    for method, path in places:
        small, within = _small(document, method, path)
        used |= within
        parts.append(Part(names[method, path], method, path, _page(small, method, path)))
    called = {path: item for path, item in paths.items() if any(path == at for _, at in places)}
    _verify(address, parts, _with(document, paths=called, components=used))
    unused = [f"components.{section}.{name}" for section, name in _components(document, without=used)]
    return Split(parts, [*(f"paths.{path}" for path in paths if path not in called), *unused])


def _json(text: str) -> Json:
    try:
        value: Json = json.loads(text, object_pairs_hook=_mapping, parse_constant=_refused)
    except json.JSONDecodeError:
        return yaml12.load(text)  # a mapping in YAML may begin with a brace too
    except RecursionError as error:
        raise ValueError("lists and mappings stand in each other too deep") from error
    return value


def _mapping(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    mapping = dict(pairs)
    if len(mapping) < len(pairs):
        [(twice, _)] = Counter(key for key, _ in pairs).most_common(1)
        raise ValueError(f"the key {twice!r} stands twice in one mapping")
    return mapping


def _refused(text: str) -> Json:
    raise ValueError(f"{text} is not a number that JSON knows")


# --- one operation's document


def _small(document: Mapping[str, Any], method: str, path: str) -> tuple[dict[str, Any], set[Component]]:
    item = document["paths"][path]
    alone = {key: value for key, value in item.items() if key == method or key not in METHODS}
    paths: dict[str, Any] = {path: alone}
    used = _used(document, [*_mentions({"paths": paths}), *_schemes(document), *_schemes(alone[method])])
    return _with(document, paths=paths, components=used), used


def _with(
    document: Mapping[str, Any], *, paths: dict[str, Any], components: set[Component]
) -> dict[str, Any]:
    """The document with other paths and only some of its components."""
    small = {key: value for key, value in document.items() if key not in ("paths", "components")}
    if small.get("tags") == []:
        del small["tags"]
    small["paths"] = paths
    sections = document.get("components", {})
    if not isinstance(sections, dict):
        return {**small, "components": sections}
    kept = {}
    for section, members in sections.items():
        if section.startswith("x-") or not isinstance(members, dict):
            kept[section] = members
        elif some := {name: value for name, value in members.items() if (section, name) in components}:
            kept[section] = some
    return {**small, "components": kept} if kept else small


def _components(document: Mapping[str, Any], without: Collection[Component] = ()) -> list[Component]:
    components = document.get("components")
    if not isinstance(components, dict):
        return []
    return [
        (section, name)
        for section, members in components.items()
        if isinstance(members, dict) and not section.startswith("x-")
        for name in members
        if (section, name) not in without
    ]


def _used(document: Mapping[str, Any], mentioned: list[Component]) -> set[Component]:
    """The components that exist among those mentioned, and those that these mention in turn."""
    known = set(_components(document))
    used: set[Component] = set()
    waiting = list(mentioned)
    while waiting:
        section, name = component = waiting.pop()
        if component in known and component not in used:
            used.add(component)
            waiting += _mentions({section: {name: document["components"][section][name]}})
    return used


def _mentions(node: Json) -> Iterator[Component]:
    for target in [*references(node), *_mapped(node)]:
        match target.split("/"):
            case ["#", "components", section, name, *_]:
                yield section, unescaped(unquote(name))
            case [name]:
                yield "schemas", name


def _mapped(node: Json) -> Iterator[str]:
    """The schemas that discriminators choose between, by reference or by bare name."""
    if isinstance(node, list):
        for item in node:
            yield from _mapped(item)
    elif isinstance(node, dict):
        match node:
            case {"discriminator": {"mapping": dict(mapping)}}:
                yield from (target for target in mapping.values() if isinstance(target, str))
        for value in node.values():
            yield from _mapped(value)


def _schemes(holder: Any) -> Iterator[Component]:
    """The security schemes that a document or an operation names."""
    requirements = holder.get("security") if isinstance(holder, Mapping) else None
    for requirement in requirements if isinstance(requirements, list) else []:
        yield from (("securitySchemes", name) for name in requirement if isinstance(requirement, dict))


# --- the page


def _page(document: dict[str, Any], method: str, path: str) -> bytes:
    text = yaml12.dump(document)
    fence = "`" * max(4, *(len(run) + 1 for run in _RUN.findall(text)), 0)
    title = _text(document["paths"][path][method], "summary") or f"{method.upper()} {path}"
    # The newline before a closing fence is the fence's; what ends with a text of several lines needs its own.
    page = f"# {title}\n\n## OpenAPI\n\n{fence}yaml {_FILE} {method} {path}\n{text}\n{fence}\n"
    return page.encode(errors="replace")  # JSON may hold half a character, which no text can


def _text(operation: Json, field: str) -> str:
    value = operation.get(field) if isinstance(operation, dict) else None
    return " ".join(value.split()) if isinstance(value, str) else ""


def _names(document: Mapping[str, Any], places: list[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """A file for each operation, in its tag's folder: called by its summary, where that is its own."""
    by_summary = {}
    for method, path in places:
        operation = document["paths"][path][method]
        tags = operation.get("tags") if isinstance(operation, dict) else None
        folder = _slug(str(tags[0])) if isinstance(tags, list) and tags else ""
        said = _slug(_text(operation, "summary") or _text(operation, "operationId"))
        by_summary[method, path] = folder or "untagged", said or _slug(f"{method} {path}")
    taken = Counter(by_summary.values())
    return {
        place: "/".join(name if taken[name] == 1 else (name[0], _slug(" ".join(place)))) + ".md"
        for place, name in by_summary.items()
    }


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    slug = "-".join(words(plain))[:90].strip("-")
    return f"{slug}-pages" if RESERVED.fullmatch(slug) else slug


def _verify(address: str, parts: list[Part], document: dict[str, Any]) -> None:
    try:
        merged = merge({f"{part.method} {part.path}": part.source for part in parts})
    except MergeError as error:
        places: dict[str, list[str]] = defaultdict(list)
        for problem in error.problems:  # to fetch a page again helps where pages are published
            places[problem.what].append(problem.place)
        raise FetchError(*_told(address, places, len(parts))) from error
    if found := difference(document, merged):
        raise FetchError(
            f"{address}: {found.path} could not be kept: {found.one} in the document, {found.other} "
            "in the pages made of it; ask the publisher what it is for, or take a copy without it"
        )


def _told(address: str, places: Mapping[str, list[str]], most: int) -> Iterator[str]:
    """A line for each problem with the first of its places; what is wrong in all has none."""
    for what, found in places.items():
        where = "" if len(found) == most > 1 else f"{found[0]}: "
        yield f"{address}: {where}{what}; {_MEND}"
