"""The README's way to trace with OpenTelemetry puts each attempt on the span of the caller."""

from typing import Any

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from exec_api_client import AsyncExecClient, Hooks, RetryPolicy
from exec_api_client.sandbox import SANDBOX_KEY, Sandbox


def note(event: Any) -> None:
    trace.get_current_span().add_event(type(event).__name__, event._asdict())


async def test_a_span_holds_each_attempt_its_answer_and_each_retry() -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    sandbox = Sandbox()
    sandbox.fail_next(status=503)
    async with AsyncExecClient(
        SANDBOX_KEY,
        transport=sandbox.transport(),
        retry=RetryPolicy(backoff=0),
        hooks=Hooks(on_request=note, on_response=note, on_retry=note),
    ) as client:
        with provider.get_tracer("export").start_as_current_span("first page"):
            await client.sessions.list()
    [span] = exporter.get_finished_spans()
    assert [event.name for event in span.events] == [
        "RequestSent", "ResponseReceived", "RetryPlanned", "RequestSent", "ResponseReceived",
    ]  # fmt: skip
    assert dict(span.events[2].attributes or {}) == {
        "method": "GET",
        "path": "/sessions",
        "attempt": 1,
        "cause": "InternalServerError",
        "delay": 0.0,
        "source": "backoff",
    }
    assert SANDBOX_KEY not in span.to_json()
    provider.shutdown()
