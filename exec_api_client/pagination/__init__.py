"""Lists of the API: pages, and pagers that request them."""

from .blocking import Pager, Runner
from .page import Page
from .pager import AsyncItems, AsyncPager, AsyncPages
from .paginators import Report

__all__ = ["AsyncItems", "AsyncPager", "AsyncPages", "Page", "Pager", "Report", "Runner"]
