"""The files of a checkout that the generator reads and replaces. Git is what undoes a replacement."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .document.yaml import load_file
from .errors import GeneratorError
from .sources.merge import canonical, merge, render

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Checkout:
    """Where the pages, the document and the package are.

    Attributes:
        root: The folder that holds them.
    """

    root: Path = ROOT

    @property
    def pages(self) -> Path:
        """The folder of the published pages; it is missing where the source is a whole document."""
        return self.root / "generator" / "pages"

    @property
    def document(self) -> Path:
        """The published document."""
        return self.root / "openapi.yaml"

    @property
    def package(self) -> Path:
        """The package."""
        return self.root / "exec_api_client"

    @property
    def generated(self) -> Path:
        """The generated code."""
        return self.package / "generated"

    def read_pages(self) -> dict[str, bytes]:
        """Return the content of each page, by its name below the folder."""
        files = [path for path in self.pages.rglob("*.md") if path.is_file()]
        return {path.relative_to(self.pages).as_posix(): path.read_bytes() for path in files}

    def write_pages(self, pages: Mapping[str, bytes]) -> bool:
        """Replace the pages if they differ; return whether they did."""
        if pages == self.read_pages():
            return False
        shutil.rmtree(self.pages, ignore_errors=True)
        for name, content in pages.items():
            (self.pages / name).parent.mkdir(parents=True, exist_ok=True)
            (self.pages / name).write_bytes(content)
        return True

    def merged(self) -> str:
        """Return the text that openapi.yaml should have: what the pages make, or itself where there are none.

        Raises:
            GeneratorError: The pages make no document.
        """
        if pages := self.read_pages():
            return render(merge(pages))
        if not self.document.exists():
            raise GeneratorError("there are neither pages nor a document; run `make update`")
        return render(canonical(load_file(self.document)))

    def write_document(self, text: str) -> bool:
        """Replace the document if it differs; return whether it did."""
        if self.document.exists() and self.document.read_bytes() == text.encode():
            return False
        self.document.write_text(text, encoding="utf-8", newline="\n")
        return True

    def write_generated(self, fresh: Path) -> list[str]:
        """Replace the generated code if it differs; return the names of the files that did."""
        if changed := differences(fresh, self.generated):
            shutil.rmtree(self.generated, ignore_errors=True)
            shutil.copytree(fresh, self.generated)
        return changed


def differences(left: Path, right: Path) -> list[str]:
    """Return the files, relative to both folders, that only one has or that differ."""
    sides = [
        {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
        for folder in (left, right)
    ]
    return sorted({name for name, _ in sides[0].items() ^ sides[1].items()})
