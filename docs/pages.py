"""Write the pages of the documentation: `python docs/pages.py FOLDER`. A builder makes the site of them.

The folder gets the guides, the changelog, the pages of the reference, and mkdocs.yml with all of them.
The reference has a page for each module that the public names of the package come from, one for each
resource of the client, one for all models, and one for each module that lists public names of its own,
such as the sandbox. So a name that is added to the package is in it.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import griffe

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "exec_api_client"
RESOURCES = f"{PACKAGE}.generated.api.Resources"
MODELS = f"{PACKAGE}.generated.models"
MODEL = f"{PACKAGE}._runtime.models.Model"

# These have pages of their own.
GENERATED = ("generated", "models")

OF_MODELS = f"""\
What the API sends: `from {PACKAGE}.models import ...`. Each is an attrs class with the methods of
[`Model`][{MODEL}]. A field that is absent is [`UNSET`][{PACKAGE}.UNSET]. A `Literal` is a plain string, which
an editor completes and a type checker checks."""
DOCSTRING = """\
::: {path}
    options:
      members: false
      show_root_heading: false
      show_root_toc_entry: false"""


def main(folder: Path) -> None:
    """Write all pages and the builder's configuration."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "docs", folder / "docs", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    reference = reference_pages(load())
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    for path, text in {**reference, "changelog.md": changelog}.items():
        page = folder / "docs" / path
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text, encoding="utf-8")
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").replace("ROOT", ROOT.as_posix())
    entries = "".join(f"      - {path}\n" for path in reference)
    navigation = f"  - Reference:\n{entries}  - changelog.md\n"
    (folder / "mkdocs.yml").write_text(settings + navigation + addresses(), encoding="utf-8")


def addresses() -> str:
    """Return the settings that the repository's address decides, from the environment variable REPOSITORY."""
    repository = os.environ.get("REPOSITORY")
    if not repository:
        return ""
    owner, name = repository.split("/")[-2:]
    return f"repo_url: {repository}\nsite_url: https://{owner}.github.io/{name}/\n"


def load() -> griffe.Module:
    """Read the package, without importing it."""
    package = griffe.load(PACKAGE, search_paths=[ROOT], try_relative_path=False, resolve_aliases=True)
    assert isinstance(package, griffe.Module)
    return package


def reference_pages(package: griffe.Module) -> dict[str, str]:
    """Return the text of each page by its path, in the order of the navigation."""
    models = [f"{MODELS}.{name}" for name in exported(package[relative(MODELS)])]
    pages = {
        **resource_pages(package),
        "reference/models.md": page("Models", OF_MODELS, [MODEL, *models]),
        **module_pages(package),
    }
    first = [f"reference/{name}.md" for name in ("client", "sync")]
    return {path: pages[path] for path in (*first, *(path for path in pages if path not in first))}


def module_pages(package: griffe.Module) -> dict[str, str]:
    """Return a page for each public module: the public names from it, and the names that it lists itself.

    Names from private modules share a page. The classes that public members return are shown too.
    """
    public = {
        f"{PACKAGE}.{name}": described
        for name in exported(package)
        if not (described := target(package[name])).module.exports
    }
    grouped: dict[str, list[str]] = {}
    for path, described in public.items():
        room = described.module.path.split(".")[1]
        grouped.setdefault("package" if room.startswith("_") else room, []).append(path)
    for name, module in package.modules.items():
        if not name.startswith("_") and name not in GENERATED and module.exports:
            shown = grouped.setdefault(name, [])
            there = {public[path].path for path in shown}
            listed = [one for one in exported(module) if target(module[one]).path not in there]
            shown += [f"{module.path}.{one}" for one in listed]
    known = {target(package[relative(path)]).path for paths in grouped.values() for path in paths}
    for paths in grouped.values():
        given = dict.fromkeys(path for one in paths if one in public for path in gives(package, public[one]))
        paths += [path for path in given if path not in known]
    return {
        f"reference/{name}.md": page(name.capitalize(), introduction(package, name), paths)
        for name, paths in sorted(grouped.items())
    }


def introduction(package: griffe.Module, name: str) -> str:
    """Return the first paragraphs of a module's page."""
    if name == "package":
        return ""
    text = DOCSTRING.format(path=f"{PACKAGE}.{name}")
    links = ", ".join(f"[`client.{one}`](resources/{one}.md)" for one in resources(package))
    return f"{text}\n\nThe resources of a client: {links}." if name == "client" else text


def resources(package: griffe.Module) -> dict[str, str]:
    """Return the class of each resource of the client."""
    annotations: dict[str, Any] = {
        name: getattr(member, "annotation", None)
        for name, member in package[relative(RESOURCES)].members.items()
    }
    return {
        name: annotation.canonical_path
        for name, annotation in annotations.items()
        if isinstance(annotation, griffe.Expr) and not name.startswith("_")
    }


def resource_pages(package: griffe.Module) -> dict[str, str]:
    """Return a page for each resource of the client."""
    return {
        f"reference/resources/{name}.md": page(f"client.{name}", "", [path])
        for name, path in resources(package).items()
    }


def gives(package: griffe.Module, described: griffe.Object) -> Iterator[str]:
    """Find the classes of the package, public or not, that a class's public members return."""
    for name, member in described.members.items():
        # Of a function this is what it returns.
        annotation: Any = getattr(member, "annotation", None)
        if name.startswith("_") or not isinstance(annotation, griffe.Expr):
            continue
        for part in annotation.iterate(flat=True):
            path = part.canonical_path if isinstance(part, griffe.ExprName) else ""
            if path.startswith(f"{PACKAGE}.") and target(package[relative(path)]).is_class:
                yield path


def exported(module: Any) -> list[str]:
    """Return the names that a module lists."""
    names = [str(name) for name in module.exports or ()]
    assert names, f"{module.path} lists no names in its __all__"
    return names


def target(described: Any) -> griffe.Object:
    """Return the object behind a name, past the imports that it comes through."""
    found: griffe.Object = described.final_target if described.is_alias else described
    return found


def page(title: str, introduction: str, names: list[str]) -> str:
    """Return a page that shows each of some names."""
    parts = [f"# {title}", introduction, *(f"::: {name}" for name in names)]
    return "\n\n".join(part for part in parts if part) + "\n"


def relative(path: str) -> str:
    """Return a path below the package."""
    return path.removeprefix(f"{PACKAGE}.")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
