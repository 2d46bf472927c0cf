"""The files of a checkout that the generator reads and replaces. Git is what undoes a replacement."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent


class Checkout:
    """Where the pages, the document and the package are.

    Attributes:
        root: The folder that holds them.
        pages: The folder of the published pages; it is missing where the source is a whole document.
        document: The published document.
        package: The package.
        generated: The generated code.
    """

    def __init__(self, root: Path = ROOT) -> None:
        self.root = root
        self.pages = root / "generator" / "pages"
        self.document = root / "openapi.yaml"
        self.package = root / "exec_api_client"
        self.generated = self.package / "generated"

    def read_pages(self) -> dict[str, bytes]:
        """Return the content of each page, by its name below the folder."""
        return read_files(self.pages, "*.md")

    def write_document(self, text: str) -> bool:
        """Replace the document if it differs; return whether it did."""
        if self.document.exists() and self.document.read_bytes() == text.encode():
            return False
        self.document.write_text(text, encoding="utf-8", newline="\n")
        return True


def read_files(folder: Path, pattern: str = "*") -> dict[str, bytes]:
    """Return the content of each file below a folder by its name there; compiled code is left out."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob(pattern))
        if path.is_file() and "__pycache__" not in path.parts
    }


def changed_files(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> list[str]:
    """Return the names of files that only one side has, or that differ."""
    return sorted({name for name, _ in old.items() ^ new.items()})


def replace_files(folder: Path, files: Mapping[str, bytes]) -> list[str]:
    """Make a folder hold these files and no others; return the names of those that changed."""
    changed = changed_files(read_files(folder), files)
    if changed:
        shutil.rmtree(folder, ignore_errors=True)
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
    return changed
