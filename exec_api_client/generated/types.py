"""The values that all generated modules share."""

from .._model import UNSET as UNSET
from .._model import Unset as Unset
