"""The quota of a workspace."""

from .rate_limit import RateLimit, Usage

__all__ = ["RateLimit", "Usage"]
