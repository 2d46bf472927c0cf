"""The values that all generated modules share."""

from .._runtime.models import UNSET as UNSET
from .._runtime.models import Unset as Unset
