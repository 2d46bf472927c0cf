"""README and project URLs in the metadata of a release.

A build that knows the repository's address, from the environment variable REPOSITORY, links to it.
PyPI shows the README outside the repository, so relative links must become absolute.
"""

import os
import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

CODE = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
RELATIVE_LINK = re.compile(r"\]\((?![a-z]+:)([^)\s]+)\)")


class RepositoryHook(MetadataHookInterface):
    """Metadata that depend on the repository's address."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Set `readme` and `urls`."""
        readme = Path(self.root, "README.md").read_text(encoding="utf-8")
        urls = {"API documentation": "https://docs.exec.com"}
        if repository := os.environ.get("REPOSITORY"):
            files = f"{repository}/blob/v{metadata['version']}"
            readme = with_absolute_links(readme, files)
            urls |= {
                "Source": repository,
                "Issues": f"{repository}/issues",
                "Changelog": f"{files}/CHANGELOG.md",
            }
        metadata["readme"] = {"content-type": "text/markdown", "text": readme}
        metadata["urls"] = urls


def with_absolute_links(readme: str, files: str) -> str:
    """Return the README with its relative links below `files`. Code blocks stay as they are."""

    def absolute(link: re.Match[str]) -> str:
        target = link[1]
        return f"]({files}/{f'README.md{target}' if target.startswith('#') else target})"

    parts = CODE.split(readme)
    parts[::2] = (RELATIVE_LINK.sub(absolute, text) for text in parts[::2])
    return "".join(parts)
