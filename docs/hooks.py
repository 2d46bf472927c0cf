"""Makes the pages of the reference by rule, so that what is added to the package is in it by itself.

There is a page for each module that the public names of the package come from, one for each resource of the
client, one for all models, and one for each module that lists public names of its own, such as the sandbox.
The changelog is a page too.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import griffe
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "exec_api_client"
RESOURCES = f"{PACKAGE}.generated.api.Resources"
MODELS = f"{PACKAGE}.generated.models"
MODEL = f"{PACKAGE}._runtime.models.Model"

# What the API gives; it has pages of its own.
GENERATED = ("generated", "models")

OF_MODELS = f"""\
What the API sends: `from {PACKAGE}.models import ...`. Each is an attrs class with the methods of
[`Model`][{MODEL}]; a field that can be absent is [`UNSET`][{PACKAGE}.UNSET] then. What is a `Literal` here is
a plain string to write, completed by an editor and checked by a type checker."""
DOCSTRING = """\
::: {path}
    options:
      members: false
      show_root_heading: false"""


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Add the pages to the navigation."""
    assert config.nav is not None
    config.nav += [{"Reference": list(reference_pages(load()))}, "changelog.md"]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages themselves."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    for path, text in {**reference_pages(load()), "changelog.md": changelog}.items():
        files.append(File.generated(config, path, content=text))
    return files


def load() -> griffe.Module:
    """The package, read without being imported."""
    package = griffe.load(PACKAGE, search_paths=[ROOT], try_relative_path=False, resolve_aliases=True)
    assert isinstance(package, griffe.Module)
    return package


def reference_pages(package: griffe.Module) -> dict[str, str]:
    """The text of each page by its path, in the order of the navigation."""
    models = [f"{MODELS}.{name}" for name in exported(package[relative(MODELS)])]
    return {
        **other_pages(package),
        **module_pages(package),
        **resource_pages(package),
        "reference/models.md": page("Models", OF_MODELS, [MODEL, *models]),
    }


def module_pages(package: griffe.Module) -> dict[str, str]:
    """A page for each public module that public names come from, with what their methods give besides.

    What comes from private modules shares a page. A module that lists names has a page of its own.
    """
    public = {
        f"{PACKAGE}.{name}": described
        for name in exported(package)
        if not (described := target(package[name])).module.exports
    }
    grouped: dict[str, list[str]] = {}
    for path, described in public.items():
        module = described.module.path.split(".")[1]
        grouped.setdefault("package" if module.startswith("_") else module, []).append(path)
    known = {described.path for described in public.values()}
    pages: dict[str, str] = {}
    for name, paths in sorted(grouped.items()):
        given = dict.fromkeys(path for one in paths for path in gives(package, public[one]))
        introduction = "" if name == "package" else docstring(package[name])
        shown = [*paths, *(path for path in given if path not in known)]
        pages[f"reference/{name}.md"] = page(name.capitalize(), introduction, shown)
    return pages


def resource_pages(package: griffe.Module) -> dict[str, str]:
    """A page for each resource of the client."""
    annotations: dict[str, Any] = {
        name: getattr(member, "annotation", None)
        for name, member in package[relative(RESOURCES)].members.items()
    }
    return {
        f"reference/resources/{name}.md": page(f"client.{name}", "", [annotation.canonical_path])
        for name, annotation in annotations.items()
        if isinstance(annotation, griffe.Expr) and not name.startswith("_")
    }


def other_pages(package: griffe.Module) -> dict[str, str]:
    """A page for each public module that lists names of its own."""
    pages: dict[str, str] = {}
    for name, module in package.modules.items():
        if not name.startswith("_") and name not in GENERATED and module.exports:
            shown = [f"{module.path}.{one}" for one in exported(module)]
            pages[f"reference/{name}.md"] = page(name.capitalize(), DOCSTRING.format(path=module.path), shown)
    return pages


def gives(package: griffe.Module, described: griffe.Object) -> Iterator[str]:
    """The classes of the package, public or not, that a class's public members give."""
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
    """The names that a module lists."""
    names = [str(name) for name in module.exports or ()]
    assert names, f"{module.path} lists no names in its __all__"
    return names


def target(described: Any) -> griffe.Object:
    """What a name stands for, past the imports that it comes through."""
    found: griffe.Object = described.final_target if described.is_alias else described
    return found


def docstring(module: Any) -> str:
    """The text of a module's docstring."""
    return module.docstring.value if module.docstring else ""


def page(title: str, introduction: str, names: list[str]) -> str:
    """A page that shows each of some names."""
    parts = [f"# {title}", introduction, *(f"::: {name}" for name in names)]
    return "\n\n".join(part for part in parts if part) + "\n"


def relative(path: str) -> str:
    """A path below the package."""
    return path.removeprefix(f"{PACKAGE}.")
