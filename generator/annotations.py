"""Tell whether one type annotation takes all that another takes, as far as text can show it."""

from __future__ import annotations

import ast
from collections.abc import Mapping

_READ_ONLY = frozenset(["Sequence", "Iterable", "Mapping", "Awaitable"])


def covers(wide: str, narrow: str, literals: Mapping[str, frozenset[object]]) -> bool:
    """Whether every value of type `narrow` is one of type `wide`; both as they stand in code.

    Args:
        wide: The annotation that should take more.
        narrow: The annotation that should take less.
        literals: The values of each name that stands for a `Literal`.
    """
    takers = _alternatives(ast.parse(wide, mode="eval").body, literals)
    givers = _alternatives(ast.parse(narrow, mode="eval").body, literals)
    return all(any(_takes(taker, giver, literals) for taker in takers) for giver in givers)


def literal_values(value: str) -> frozenset[object] | None:
    """The values in `Literal[...]`; None for anything else."""
    match ast.parse(value, mode="eval").body:
        case ast.Subscript(value=ast.Name(id="Literal"), slice=ast.Tuple(elts=elements)):
            return frozenset(element.value for element in elements if isinstance(element, ast.Constant))
        case ast.Subscript(value=ast.Name(id="Literal"), slice=ast.Constant(value=single)):
            return frozenset([single])
    return None


def _alternatives(node: ast.expr, literals: Mapping[str, frozenset[object]]) -> list[ast.expr]:
    """The members of a union, a name for literals written out as its values."""
    match node:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return [*_alternatives(left, literals), *_alternatives(right, literals)]
        case ast.Name(id=name) if name in literals:
            return [ast.Constant(value) for value in sorted(literals[name], key=repr)]  # type: ignore[arg-type]
    return [node]


def _takes(wide: ast.expr, narrow: ast.expr, literals: Mapping[str, frozenset[object]]) -> bool:
    match wide, narrow:
        case ast.Name(id=kind), ast.Constant(value=value):
            return type(value).__name__ == kind
        case ast.Name(id="float"), ast.Name(id="int"):
            return True
        case (
            ast.Subscript(value=ast.Name(id=one), slice=taken),
            ast.Subscript(value=ast.Name(id=other), slice=given),
        ) if one == other and one in _READ_ONLY:
            return covers(ast.unparse(taken), ast.unparse(given), literals)
    return ast.dump(wide) == ast.dump(narrow)
