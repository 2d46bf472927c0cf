"""Names of the document, and the names of the SDK that they become; the same for every operation."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable

from openapi_python_client.strings import PythonIdentifier

from ..errors import GeneratorError

# A name's shape has U for an upper-case letter, l for any other letter, d for a digit.
_WORD = re.compile(r"U+(?!l)d*|U?l+d*|d+")

# Generated code calls these by their names, so that no name of the document may hide one.
RESERVED_METHODS = {"bool", "builtins", "datetime", "dict", "float", "int", "str"}
_OF_CLIENTS = """
    aclose base_url close closed paginate rate_limit request usage with_options with_response
"""
RESERVED_RESOURCES = RESERVED_METHODS | set(_OF_CLIENTS.split())
_OF_MODULES = """
    Any Callable ClassVar Literal Mapping Self Sequence T TypeVar UUID
    Argument Body Keyset Model Operation Parameter Request Response UNSET Unset
    AsyncPager Pager Resource ResourceSync Resources ResourcesSync Runner Send
"""
RESERVED_MODELS = set(_OF_MODULES.split())
# Models call these by their names: macro `attribute` of emit/templates/python.jinja gives them an underscore.
RESERVED_ATTRIBUTES = ("additional_properties", "either", "from_dict", "to_dict")
_OF_METHODS = ("self", "timeout")


def words(name: str) -> list[str]:
    """Split an identifier or a title into lower-case words: `listKnowledgeHubPages` has four.

    Accents go, so that names can be typed on any keyboard.
    """
    letters = (each for each in unicodedata.normalize("NFKD", name) if not unicodedata.combining(each))
    name = unicodedata.normalize("NFKC", "".join(letters))
    return [name[match.start() : match.end()].lower() for match in _WORD.finditer("".join(map(_shape, name)))]


def _shape(letter: str) -> str:
    if letter.isalpha() and letter.isidentifier():
        return "U" if letter.isupper() else "l"
    return "d" if letter.isdecimal() else " "


def pascal(parts: Iterable[str]) -> str:
    """Return the name of a class."""
    return "".join(part.capitalize() for part in parts)


def identifier(parts: Iterable[str], reserved: Iterable[str] = ()) -> str:
    """Return a name in snake case; a keyword or a reserved name gets an underscore at its end."""
    name = "_".join(parts)
    if keyword.iskeyword(name) or name in reserved:
        return f"{name}_"
    return name if name.isidentifier() else f"api_{name}"


def stem(word: str) -> str:
    """Make singular and plural of a word equal; the stem need not be a word itself."""
    for ending, singular in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh")):
        if word.endswith(ending):
            return word[: -len(ending)] + singular
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def method_names(operation_ids: Iterable[str], tag: str) -> dict[str, str]:
    """Return the method's name for each operation of a tag.

    A method is called as its operationId without the words of the tag, singular or plural:
    `listSessions` of `Sessions` is `list`. Where nothing would be left, or two would get one
    name, the whole operationId stays.
    """
    left_out = {stem(word) for word in words(tag)}
    whole = {name: identifier(words(name), RESERVED_METHODS) for name in operation_ids}
    short = {
        name: identifier(kept, RESERVED_METHODS)
        for name in whole
        if (kept := [word for word in words(name) if stem(word) not in left_out])
    }
    names = {name: short.get(name, called) for name, called in whole.items()}
    while clashes := {called for called, count in Counter(names.values()).items() if count > 1}:
        changed = {
            name: whole[name] for name in names if names[name] in clashes and names[name] != whole[name]
        }
        if not changed:
            raise GeneratorError(
                f"tag {tag!r}: several methods would be called {', '.join(sorted(clashes))}; give their "
                "operations other operationIds in overlay.yaml"
            )
        names |= changed
    return names


def argument_names(parameters: Iterable[tuple[str, str]], fields: Collection[str]) -> dict[str, str]:
    """Return the name of the argument for each parameter and each field of the body.

    Where two parameters would have one name, it is followed by where they are sent. Where a field of the
    body and a parameter would have one, the field's is followed by `_body`.

    Args:
        parameters: The location and the name of each parameter.
        fields: The names of the body's fields; `""` for a body that is one argument.

    Returns:
        Names by places, such as `query:page` and `body:title`.
    """
    located: dict[str, list[str]] = {}
    for where, name in parameters:
        located.setdefault(where, []).append(name)
    found: dict[str, str] = {}
    for where, names in located.items():
        found |= {f"{where}:{name}": called for name, called in python_names(names).items()}
    alike = Counter(found.values())
    found = {
        place: _free(called if alike[called] == 1 else f"{called}_{place.partition(':')[0]}")
        for place, called in found.items()
    }
    taken = set(found.values())
    for field, called in python_names(fields).items():
        own = _free(called) if field else "body"
        found[f"body:{field}"] = f"{own}_body" if own in taken else own
    return found


def _free(name: str) -> str:
    """Return the name of an argument: only keywords, `self` and `timeout` get an underscore."""
    plain = name.removesuffix("_")
    name = plain if hasattr(builtins, plain) and not keyword.iskeyword(plain) else name
    return f"{name}_" if name in _OF_METHODS else name


def python_names(names: Collection[str]) -> dict[str, str]:
    """Return what openapi-python-client calls each name of a field or a parameter.

    It writes them in snake case, or nearer to what is published where two would be one.
    """
    snake = {name: PythonIdentifier(name, prefix="field_") for name in names}
    times = Counter(snake.values())
    return {
        name: called if times[called] == 1 else PythonIdentifier(name, prefix="field_", skip_snake_case=True)
        for name, called in snake.items()
    }


def check_python_names(
    what: str, names: Collection[str], reserved: Collection[str] = RESERVED_ATTRIBUTES
) -> None:
    """Refuse names of which two would be one in Python.

    Raises:
        GeneratorError: Two are one; names both.
    """
    first: dict[str, str] = {}
    for name, free in python_names(names).items():
        called = f"{free}_" if free in reserved else free
        other = first.setdefault(called, name)
        if other != name:
            raise GeneratorError(
                f"its {what} {other!r} and {name!r} would both be called {called} in Python; "
                "remove one of them in overlay.yaml"
            )
