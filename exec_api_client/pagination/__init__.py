"""Lists of the API: pages, and pagers that request them."""

from .page import Page
from .pager import AsyncItems, AsyncPager, AsyncPages
from .paginators import Report

__all__ = ["AsyncItems", "AsyncPager", "AsyncPages", "Page", "Report"]
