"""Type annotations, compared by their members."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

# Other containers, such as `list`, can be written to: type checkers take exactly their own type for them.
_READ_ONLY = re.compile(r"((Sequence|Iterable)\[|Mapping\[str, )*")


class Member(NamedTuple):
    """A member of a union: `Sequence[int | str]` has `int` and `str`, both within `Sequence[`.

    Attributes:
        within: The containers around it.
        type: The annotation, or a value of a `Literal`.
        kind: The type of the value; empty for an annotation.
    """

    within: str
    type: str
    kind: str = ""


def members(annotation: str, enums: Mapping[str, str]) -> list[Member]:
    """Return the members of an annotation. A `Literal` counts as its values, as does an enum, by its name."""
    return [*_members(ast.parse(annotation, mode="eval").body, "", enums)] if annotation else []


def refused(given: Sequence[Member], taken: Sequence[Member]) -> list[Member]:
    """Return the members of one annotation that another does not take."""
    if Member("", "Any") in taken:
        return []
    both = {*given} ^ {*taken}
    changed = {member.within for member in both if not (member.kind or _READ_ONLY.fullmatch(member.within))}
    return [
        member
        for member in given
        if member.within in changed or not any(_takes(taker, member) for taker in taken)
    ]


def _members(node: ast.expr, within: str, enums: Mapping[str, str]) -> Iterator[Member]:
    match node:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            yield from _members(left, within, enums)
            yield from _members(right, within, enums)
        case ast.Name(id=name) if name in enums:
            yield from _members(ast.parse(enums[name], mode="eval").body, within, {})
        case ast.Subscript(value=ast.Name(id="Literal"), slice=values):
            for value in values.elts if isinstance(values, ast.Tuple) else [values]:
                yield Member(within, ast.unparse(value), type(ast.literal_eval(value)).__name__)
        case ast.Subscript(value=container, slice=inner):
            *keys, last = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            before = "".join(f"{ast.unparse(key)}, " for key in keys)
            yield from _members(last, f"{within}{ast.unparse(container)}[{before}", enums)
        case _:
            yield Member(within, ast.unparse(node))


def _takes(taker: Member, given: Member) -> bool:
    wider = ("Any", given.kind, "float" if given.type == "int" else "")
    return taker == given or (taker.within == given.within and not taker.kind and taker.type in wider)
