"""Type annotations compared as text."""

from __future__ import annotations

import ast

_READ_ONLY = ("Sequence", "Iterable", "Mapping")


def covers(wide: str, narrow: str) -> bool:
    """Whether every value of type `narrow` is one of type `wide`, as far as their text can show it."""
    if not (wide and narrow):
        return False
    takers = _members(wide)
    return all(any(_takes(taker, giver) for taker in takers) for giver in _members(narrow))


def members(annotation: str) -> list[str]:
    """Return the members of a union; a `Literal` counts as its values."""
    return [ast.unparse(member) for member in _members(annotation)]


def _members(annotation: str) -> list[ast.expr]:
    return list(_alternatives(ast.parse(annotation, mode="eval").body)) if annotation else []


def _alternatives(node: ast.expr) -> list[ast.expr]:
    match node:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return [*_alternatives(left), *_alternatives(right)]
        case ast.Subscript(value=ast.Name(id="Literal"), slice=values):
            return values.elts if isinstance(values, ast.Tuple) else [values]
    return [node]


def _takes(wide: ast.expr, narrow: ast.expr) -> bool:
    match wide, narrow:
        case ast.Name(id="Any"), _:
            return True
        case ast.Name(id=kind), ast.Constant(value=value):
            return type(value).__name__ == kind
        case ast.Name(id="float"), ast.Name(id="int"):
            return True
        case (
            ast.Subscript(value=ast.Name(id=one), slice=taken),
            ast.Subscript(value=ast.Name(id=other), slice=given),
        ) if one == other and one in _READ_ONLY:
            return covers(ast.unparse(taken), ast.unparse(given))
    return ast.dump(wide) == ast.dump(narrow)
