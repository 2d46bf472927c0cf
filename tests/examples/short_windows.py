"""The examples with short windows: `python -m tests.examples.short_windows PROGRAM ARGUMENTS`.

`uvicorn tests.examples.short_windows:app` is the web application.
"""

import importlib
import runpy
import sys
from typing import Any

import exec_api_client
from tests.examples.running import EXAMPLES, SHORT


class ShortRateLimit(exec_api_client.RateLimit):
    def __init__(self, requests: int = 60, **settings: Any) -> None:
        super().__init__(requests, SHORT, **settings)


def __getattr__(name: str) -> Any:
    if name != "app":
        raise AttributeError(name)
    return importlib.import_module("web_app").app


vars(exec_api_client)["RateLimit"] = ShortRateLimit
sys.path.append(str(EXAMPLES))

if __name__ == "__main__":
    del sys.argv[0]
    runpy.run_path(str(EXAMPLES / sys.argv[0]), run_name="__main__")
