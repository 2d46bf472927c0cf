"""Lists of the API: `Page` is one response, `AsyncPager` makes the requests."""

from .page import Page
from .pager import AsyncPager
from .walk import Report

__all__ = ["AsyncPager", "Page", "Report"]
