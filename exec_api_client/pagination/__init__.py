"""Lists of the API: `Page` is one response, `AsyncPager` makes the requests."""

from .page import Page
from .pager import AsyncPager

__all__ = ["AsyncPager", "Page"]
