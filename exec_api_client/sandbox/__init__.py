"""A small Exec API in memory, for demos and for your own tests.

Exec has no test environment, and this is one. It needs no key, and nothing leaves the process. The
workspace is made from a seed, with the published limits, and with faults where you ask for them.

In a test::

    sandbox = Sandbox(limits=None)
    sandbox.add_session(scenario="renewal-at-risk", score=91.5)
    sandbox.fail_next(status=503)
    async with AsyncExecClient(SANDBOX_KEY, transport=sandbox.transport()) as client:
        [newest] = await client.sessions.list(page_size=1)
    assert newest.score == 91.5
    assert [request.status for request in sandbox.requests] == [503, 200]

On a socket, or from a shell::

    async with sandbox.serve() as base_url:      # http://127.0.0.1:49152/rest/v1
        ...

    python -m exec_api_client.sandbox --port 8787

It serves these operations:

- `GET /sessions`
- `GET /sessions/{session_id}`
- `GET /scenarios/assignments`
- `GET /scenarios/{scenario_id}/analytics/summary`
- `GET /scenarios/{scenario_id}/analytics/participants`

For every other operation of the API it responds with status 501 and the operation's name. Give the
response yourself with `fail_when(…, status=201, body={…})`.

You can change:

- the workspace: `Sandbox(seed=…, sessions=…, now=…)`, a `World` of your own rows, `add_user`,
  `add_scenario`, `add_session`, `add_assignment`, `remove_session`;
- the limits: `sandbox.limits = Limits(requests=5, window="sliding_log")`, or None;
- faults and speed: `fail_next`, `fail_when`, `clear_faults`, `sandbox.latency = 0.1`;
- rows between two requests: `sandbox.before_request`.

`sandbox.requests` is the log of all requests. It never holds the key.

Where the document is silent, the sandbox is strict: an unknown or repeated parameter, a date without
an offset or an empty list is a 400 with the reason. `Sandbox(strict=False)` ignores unknown
parameters.
"""

from .api import BASE_PATH, SANDBOX_KEY
from .core import LoggedRequest, Sandbox
from .data import NOW, generate
from .faults import Fault, FaultRule
from .limits import Limits
from .messages import Request, Response
from .transport import SandboxTransport
from .world import Assignment, Detail, Named, Scenario, Session, User, World

__all__ = [
    "BASE_PATH",
    "NOW",
    "SANDBOX_KEY",
    "Assignment",
    "Detail",
    "Fault",
    "FaultRule",
    "Limits",
    "LoggedRequest",
    "Named",
    "Request",
    "Response",
    "Sandbox",
    "SandboxTransport",
    "Scenario",
    "Session",
    "User",
    "World",
    "generate",
]
