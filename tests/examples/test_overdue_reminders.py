"""examples/overdue_reminders.py: a mail for each person, about that person's assignments only."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest

from exec_api_client.models import Assignment
from exec_api_client.sandbox import Sandbox
from tests.examples.running import example, program

TODAY = date(2026, 4, 1)


@pytest.fixture
def reminders() -> Any:
    return example("overdue_reminders")


def assignment(number: int, person: str, due: str | None, **changes: Any) -> Assignment:
    user = {"id": person, "email": f"{person}@lumera.example", "first_name": person.title(), "last_name": "X"}
    fields = {
        "id": f"a{number}",
        "user": user,
        "scenario": {"id": f"s{number}", "name": f"Scenario {number}", "slug": f"scenario-{number}"},
        "status": "past_due",
        "due_date": due and f"{due}T12:00:00Z",
        "best_score": None,
        "best_rank": None,
        "attempt_count": 0,
        "attempt_min": None,
        "attempt_max": None,
        "rank_min": None,
        "program": None,
        "created_at": "2026-01-01T00:00:00Z",
    }
    return Assignment.from_dict({**fields, **changes})


def test_one_mail_for_each_person_the_longest_overdue_first(reminders: Any) -> None:
    late = [
        assignment(1, "ann", None),
        assignment(2, "bob", "2026-03-03"),
        assignment(3, "ann", "2026-03-02"),
        assignment(4, "bob", "2026-03-01"),
        assignment(5, "cid", None),
    ]
    groups = [[each.id for each in group] for group in reminders.by_person(late)]
    assert groups == [["a4", "a2"], ["a3", "a1"], ["a5"]]


def test_the_text_of_a_mail(reminders: Any) -> None:
    late = [
        assignment(
            1, "ann", "2026-03-02", attempt_min=2, attempt_count=1, rank_min="silver", best_rank="bronze"
        ),
        assignment(2, "ann", "2026-03-31", rank_min="gold"),
        assignment(3, "ann", "2026-04-01"),
        assignment(4, "ann", None),
    ]
    assert reminders.reminder(late, TODAY) == (
        "ann@lumera.example",
        "Overdue: Scenario 1 and 3 more",
        "Hello Ann,\n"
        "\n"
        "4 practice assignments are overdue:\n"
        "\n"
        "- Scenario 1; due 30 days ago, on 2026-03-02; 1 of 2 attempts; silver needed, bronze reached\n"
        "- Scenario 2; due yesterday, on 2026-03-31; gold needed, nothing reached\n"
        "- Scenario 3; due today, on 2026-04-01\n"
        "- Scenario 4\n"
        "\n"
        "Good luck with them!",
    )


def test_a_single_assignment_and_a_subject_on_one_line(reminders: Any) -> None:
    scenario = {"id": "s", "name": "Two\r\nBcc: all@lumera.example", "slug": "two"}
    mail = reminders.reminder([assignment(1, "ann", "2026-03-30", scenario=scenario)], TODAY)
    assert mail.subject == "Overdue: Two Bcc: all@lumera.example"
    assert "\nOne practice assignment is overdue:\n" in mail.text
    assert mail.text.endswith("\nGood luck with it!")


async def test_without_a_key_the_sandboxs_people_are_reminded_as_of_its_own_day() -> None:
    report = await program("overdue_reminders.py")
    assert report.status == 0
    assert report.errors == "EXEC_API_KEY is not set: the data are the sandbox's, and invented.\n"
    late = [each for each in Sandbox().world.assignments.values() if each.status == "past_due"]
    mails = re.findall(r"^To: (\S+)\n(.*?)\n-{60}$", report.output, re.MULTILINE | re.DOTALL)
    assert sorted(person for person, _ in mails) == sorted({each.user.email for each in late})
    for person, text in mails:
        own = [each for each in late if each.user.email == person]
        assert text.count("\n- ") == len(own)
        for each in own:
            assert each.due_date is not None
            days = (TODAY - each.due_date.date()).days
            said = f"{days} days ago, on {each.due_date:%Y-%m-%d}" if days > 1 else ""
            assert f"\n- {each.scenario.name}; due {said}" in text
    assert report.output.endswith(
        f"\n{len(mails)} mails about {len(late)} overdue assignments; none was sent.\n"
    )


async def test_with_a_key_the_days_count_until_the_present() -> None:
    sandbox = Sandbox(now=datetime.now(UTC))
    report = await program("overdue_reminders.py", sandbox=sandbox)
    assert (report.status, report.errors) == (0, "")
    days = [int(count) for count in re.findall(r"due (\d+) days ago", report.output)]
    assert days
    assert max(days) < 60
    assert [(request.params["status"], request.params["page_size"]) for request in sandbox.requests] == [
        ("past_due", "100")
    ]
