"""How names of the document become names of the SDK; pure, and the same for every operation."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

# A name's shape has U for an upper-case letter, l for any other letter, d for a digit.
_WORD = re.compile(r"U+(?!l)d*|U?l+d*|d+")

# What generated code calls by these names itself, so that the document's names must not hide it.
RESERVED_METHODS = frozenset({"bool", "builtins", "datetime", "dict", "float", "int", "str"})
RESERVED_RESOURCES = RESERVED_METHODS | {
    "aclose",
    "base_url",
    "close",
    "closed",
    "rate_limit",
    "usage",
    "with_options",
}
RESERVED_MODELS = frozenset(
    {
        "Any",
        "Argument",
        "AsyncPager",
        "BlockingPortal",
        "Body",
        "Callable",
        "ClassVar",
        "Keyset",
        "Literal",
        "Mapping",
        "Model",
        "Operation",
        "Pager",
        "Parameter",
        "Resource",
        "ResourceSync",
        "Resources",
        "ResourcesSync",
        "Self",
        "Sequence",
        "T",
        "TypeVar",
        "UNSET",
        "UUID",
        "Unset",
    }
)


def words(name: str) -> list[str]:
    """Split an identifier or a title into lower-case words: `listKnowledgeHubPages` has four.

    Accents go, so that names can be typed on any keyboard.
    """
    name = "".join(
        letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter)
    )
    name = unicodedata.normalize("NFKC", name)
    return [name[match.start() : match.end()].lower() for match in _WORD.finditer("".join(map(_shape, name)))]


def _shape(letter: str) -> str:
    if letter.isalpha() and letter.isidentifier():
        return "U" if letter.isupper() else "l"
    return "d" if letter.isdecimal() else " "


def pascal(parts: Iterable[str]) -> str:
    return "".join(part.capitalize() for part in parts)


def identifier(parts: Iterable[str], reserved: Iterable[str] = ()) -> str:
    """A valid Python name in snake case; a keyword or a reserved name gets a trailing underscore."""
    name = "_".join(parts)
    if keyword.iskeyword(name) or name in reserved:
        return f"{name}_"
    return name if name.isidentifier() else f"_{name}"


def stem(word: str) -> str:
    """Make singular and plural of a word equal; it need not be a word itself."""
    for ending, singular in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh")):
        if word.endswith(ending):
            return word[: -len(ending)] + singular
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def method_names(operation_ids: Iterable[str], tag: str) -> dict[str, str]:
    """Name the methods of one resource.

    A method is called as its operationId less the words of the tag, singular or plural:
    `listSessions` of `Sessions` is `list`. Where nothing would be left, or two would get one
    name, the whole operationId stays.
    """
    left_out = {stem(word) for word in words(tag)}
    whole = {
        operation_id: identifier(words(operation_id), RESERVED_METHODS) for operation_id in operation_ids
    }
    short = {
        operation_id: identifier(kept, RESERVED_METHODS)
        for operation_id in whole
        if (kept := [word for word in words(operation_id) if stem(word) not in left_out])
    }
    names = {operation_id: short.get(operation_id, name) for operation_id, name in whole.items()}
    while clashes := {name for name, count in Counter(names.values()).items() if count > 1}:
        changed = {key: whole[key] for key, name in names.items() if name in clashes and name != whole[key]}
        if not changed:
            raise ValueError(f"tag {tag!r}: several operations would be called {', '.join(sorted(clashes))}")
        names |= changed
    return names
