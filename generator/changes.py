"""What a change is, and the rules by which it breaks the code of this package's users or does not.

A change is breaking where code stops working that was right before: it is refused when it runs, or a
type checker no longer accepts it. The direction decides. What callers send may become wider and not
narrower; what they read may become narrower and not wider.

An enum of an answer is open: the package keeps a value that it does not know, so code needs a branch
for others anyway, and a new value breaks nothing, not even by making a `Literal` wider that a `match`
meant to exhaust. A value that goes breaks code that names it, in either direction, since a type checker
refuses to compare with it.

Error answers break nothing: they become exceptions that are the same for all operations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .document.compare import ABSENT, Absent, Value

Role = Literal["request", "answer", "error"]
Verb = Literal["came", "went", "changed"]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that came, went or changed, and what that means for users of this package.

    Attributes:
        kind: What it is: "operation", "parameter", "field", "enum value", "type", "text" and so on.
        place: Where it is: `GET /sessions → data[].user.email`, `User.email`, `client.sessions.list(rank)`.
        verb: Whether it came, went or changed.
        breaking: Whether code that was right before can fail now.
        reason: Why it is breaking, or why it is not.
        old: What was there; ABSENT if it came, or if its place says it all.
        new: What is there now; ABSENT if it went, or if its place says it all.
        reach: The operations that have part in it, where its place does not name one.
    """

    kind: str
    place: str
    verb: Verb
    breaking: bool
    reason: str
    old: Value = ABSENT
    new: Value = ABSENT
    reach: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """What a kind of change means: why it breaks requests, why it breaks answers, or else why nothing."""

    otherwise: str
    request: str = ""
    answer: str = ""

    def judge(self, roles: frozenset[Role]) -> tuple[bool, str]:
        if "request" in roles and self.request:
            return True, self.request
        if "answer" in roles and self.answer:
            return True, self.answer
        if not self.request and not self.answer:
            return False, self.otherwise
        if not roles:
            return False, "no operation uses it"
        if roles == {"error"}:
            return False, "error answers become exceptions, which are the same for all operations"
        return False, self.otherwise


def both(reason: str) -> Rule:
    """A rule for what is breaking in requests and answers alike."""
    return Rule("", request=reason, answer=reason)


def verb_of(old: Value, new: Value) -> Verb:
    if isinstance(old, Absent):
        return "came"
    return "went" if isinstance(new, Absent) else "changed"
