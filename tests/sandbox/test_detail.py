"""What a session shows only when it is asked for by itself."""

from exec_api_client.sandbox import Sandbox

from .conftest import Ask


def test_details_fit_their_session(sandbox: Sandbox, ask: Ask) -> None:
    seen: set[str | None] = set()
    for session in sandbox.world.sessions.values():
        body = ask(f"/sessions/{session.id}", include="transcript,evaluations").json()
        lines, criteria = body["transcript"], body["evaluations"]
        assert (lines is None) == (session.duration_seconds is None)
        assert (criteria is None) == (not session.is_valid_attempt) == (body["outcome_feedback"] is None)
        said = [line["text"] for line in lines or []]
        times = [t for line in lines or [] if (t := line["seconds_from_start"]) is not None]
        assert times == sorted(times)
        assert max(times, default=0) <= (session.duration_seconds or 0)
        assert {line["speaker"] for line in lines or []} <= {"ai", "user", None}
        assert not any("{" in text or "}" in text for text in said)
        if session.completed:
            assert len(said) >= 12
            assert session.scenario.pain in " ".join(said)
        elif lines is not None:
            assert 2 <= len(said) <= 6
        for criterion in criteria or []:
            for item in criterion["items"]:
                seen.add(item["grade"])
                for example in item["feedback_examples"]:
                    assert example["quote"] in said
                    assert example["salience"] in ("high", "mid")  # filtered, as published
                    assert (example["suggestion_quote"] is None) == (example["grade"] == "good")
    assert seen == {"good", "mid", "bad", "not_relevant", None}


def test_a_better_score_has_better_grades(sandbox: Sandbox, ask: Ask) -> None:
    def share_of_good(score: float) -> float:
        grades: list[str] = []
        for _ in range(20):
            added = sandbox.add_session(score=score)
            body = ask(f"/sessions/{added.id}", include="evaluations").json()
            grades += [item["grade"] for each in body["evaluations"] for item in each["items"]]
        return grades.count("good") / len(grades)

    best, middling, worst = (share_of_good(score) for score in (95, 70, 30))
    assert best > 0.8
    assert 0.2 < middling < 0.7
    assert worst == 0


def test_includes(sandbox: Sandbox, ask: Ask) -> None:
    path = f"/sessions/{next(iter(sandbox.world.sessions))}"
    plain = ask(path).json()
    whole = ask(path, include=" transcript , evaluations").json()
    assert whole.keys() - plain.keys() == {"transcript", "evaluations"}
    assert ask(path, include="transcript").json().keys() - plain.keys() == {"transcript"}
    assert ask(path, include="evaluations,evaluations").json().keys() - plain.keys() == {"evaluations"}
    assert {name: whole[name] for name in plain} == plain
