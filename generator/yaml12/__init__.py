"""YAML in and out, for documents that hold JSON's types and nothing else."""

from .reading import Json as Json
from .reading import YamlError as YamlError
from .reading import load as load
from .reading import load_file as load_file
from .writing import dump as dump
