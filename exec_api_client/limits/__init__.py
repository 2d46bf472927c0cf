"""The quota of a workspace."""

from .rate_limit import RateLimit, Usage
from .redis import RedisStore

__all__ = ["RateLimit", "RedisStore", "Usage"]
