"""The one exception of the generator."""

from __future__ import annotations

from collections.abc import Iterable


class GeneratorError(Exception):
    """All that is wrong with a source or a document.

    Attributes:
        problems: A sentence for each. It names the page or the operation, and says what to write instead.
    """

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems

    def within(self, place: str) -> GeneratorError:
        """Return the same problems, each headed by the place where it stands."""
        return GeneratorError(*(f"{place}: {problem}" for problem in self.problems))


def refuse(problems: Iterable[str]) -> None:
    """Raise an error if there is a problem.

    Raises:
        GeneratorError: There is at least one.
    """
    if found := [*problems]:
        raise GeneratorError(*found)
