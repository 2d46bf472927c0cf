"""Say of what in the document openapi-python-client made no code, as our own refusals do, and its reason."""

from __future__ import annotations

import re

from .pages import METHODS
from .reach import COMPONENTS, uses
from .walk import Json

_METHOD = "|".join(METHODS)
_OPERATION = re.compile(
    rf"\b(?P<method>{_METHOD.upper()}) (?P<path>/\S*) within |"
    rf"^paths\.(?P<at>/\S*)\.(?P<key>{_METHOD})\.",
    re.MULTILINE,
)
_SCHEMA = re.compile(r"(?:components/schemas/|^components\.schemas\.)(?P<name>[\w-]+)", re.MULTILINE)
_ITS_OWN = re.compile(
    r"^(?:Warning|Error)\(s\) encountered|^If you believe this was a mistake|"
    r"^\s+For further information visit "
)


class RefusalError(ValueError):
    """The generator made no code of a document, or left something of it out.

    Attributes:
        operations: Those that it would have to do without: `GET /things`.
        reason: What it said itself, by lines, without its heading and its invitation to its issue tracker.
    """

    def __init__(self, said: str, document: Json) -> None:
        used = uses(document)
        operations = [
            f"{(found['method'] or found['key']).upper()} {found['path'] or found['at']}"
            for found in _OPERATION.finditer(said)
        ]
        schemas = dict.fromkeys(found["name"] for found in _SCHEMA.finditer(said))
        pointers = [f"{COMPONENTS}schemas/{name}" for name in schemas]
        using = sorted({use.operation for pointer in pointers for use in used.get(pointer, ())})
        places = [*dict.fromkeys(operations), *(f"the schema {name}" for name in schemas)]
        super().__init__(
            f"{', '.join(places) or 'the document'}: openapi-python-client makes no code of this"
        )
        self.operations = list(dict.fromkeys([*operations, *using]))
        self.reason = [line for line in said.splitlines() if line.strip() and not _ITS_OWN.match(line)]
