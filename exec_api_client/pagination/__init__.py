"""Lists of the API: `Page` is one response, `AsyncPager` makes the requests."""

from .course import AsyncItems, AsyncPages
from .page import Page
from .pager import AsyncPager
from .walk import Report

__all__ = ["AsyncItems", "AsyncPager", "AsyncPages", "Page", "Report"]
