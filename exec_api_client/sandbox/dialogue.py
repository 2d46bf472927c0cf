"""What is said in a roleplay, beat by beat, and what the evaluator makes of it.

The texts are templates: {persona}, {first} (the persona's first name), {company}, {offer},
{pain} and {doubt} come from the scenario.
"""

from typing import NamedTuple


class Move(NamedTuple):
    """Something that the participant says; `better` is what could have been said instead."""

    text: str
    feedback: str
    better: str | None = None


class Beat(NamedTuple):
    """One step of a conversation: what it is graded as, its opening by the AI, the replies."""

    criterion: str
    item: str
    ai: tuple[str, ...]
    good: tuple[Move, ...]
    mid: tuple[Move, ...]
    bad: tuple[Move, ...]


BEATS = (
    Beat(
        "Communication Skills",
        "Opening and Agenda",
        (
            "Hello, {persona} here. I have twenty minutes, so let's make them count.",
            "Good morning. {persona}, {company}. You asked for this call?",
        ),
        (
            Move(
                "Thanks for making the time, {first}. I'd like to hear how things run today, show you "
                "one idea, and agree whether a next step makes sense. Does that work?",
                "Set a clear agenda and asked for consent to it.",
            ),
            Move(
                "Hi {first}, I appreciate it. Before anything else: what "
                "would make these twenty minutes worth it for you?",
                "Handed the agenda to the customer in the first sentence.",
            ),
        ),
        (
            Move(
                "Hi {first}, thanks. I wanted to talk to you about {offer}.",
                "Friendly, but the agenda was ours and not shared.",
                "Could we take ten minutes on how you work today, and then "
                "see whether {offer} has a place in it?",
            ),
        ),
        (
            Move(
                "Great, I'll just share my screen and run you through the slides.",
                "Went into a presentation before the customer had said a word.",
                "Before I show anything, what made you agree to this call?",
            ),
        ),
    ),
    Beat(
        "Discovery",
        "Open Questions",
        (
            "All right. What do you want to know about {company}?",
            "Fine. Where do you want to start?",
        ),
        (
            Move(
                "Walk me through the last time this went wrong. Who noticed first, and what did it cost you?",
                "An open question about a real event, with its cost.",
            ),
            Move(
                "If you could change one thing about how this works by "
                "summer, what would it be, and who would feel it?",
                "Invited a picture of the future and named those concerned.",
            ),
        ),
        (
            Move(
                "Are you happy with how things work at the moment?",
                "A relevant topic, closed down by a yes-or-no question.",
                "How do things work at the moment, from the first request to the last signature?",
            ),
        ),
        (
            Move(
                "I guess you have the same problems as everybody else in your industry.",
                "Assumed the need in place of asking for it.",
                "What makes this harder at {company} than it looks from outside?",
            ),
        ),
    ),
    Beat(
        "Communication Skills",
        "Active Listening",
        (
            "To be honest, {pain}.",
            "The short version is that {pain}. I have stopped counting how often I raised it.",
        ),
        (
            Move(
                "So {pain}, and you have been carrying that for a while. Did I get that right?",
                "Played the problem back in the customer's own words and checked it.",
            ),
            Move(
                "That sounds costly, and tiring. What have you tried so far?",
                "Acknowledged the feeling as well as the fact, and went one step deeper.",
            ),
        ),
        (
            Move(
                "Right, we hear that a lot. And how many people are affected?",
                "A useful follow-up that passed over what had just been said.",
                "You said that {pain}. How many people does that touch?",
            ),
        ),
        (
            Move(
                "Okay. Anyway, let me tell you about {offer}.",
                "Moved on without taking up the problem at all.",
                "Thank you for being open. What would it mean for you if that went away?",
            ),
        ),
    ),
    Beat(
        "Value Framing",
        "Link to Business Outcome",
        (
            "And how would {offer} change any of that?",
            "So what do you actually propose?",
        ),
        (
            Move(
                "You told me that {pain}. {Offer} takes out exactly that step; a company your size "
                "got eleven hours a week back. Shall we put your own figure next to it?",
                "Tied the offer to the stated problem, with evidence and a number to test.",
            ),
            Move(
                "Two things: the delay you described goes away, and you can show it to your "
                "management in a single chart. Which of the two matters more to you?",
                "Named outcomes and let the customer rank them.",
            ),
        ),
        (
            Move(
                "{Offer} would save you a lot of time and make everybody more productive.",
                "A benefit, but not one that the customer could check.",
                "From what you said, {offer} would remove the step that costs "
                "you most. Would an hour a day be a fair guess?",
            ),
        ),
        (
            Move(
                "It has over two hundred features, and it won an award last year.",
                "Listed features without any link to what the customer had said.",
                "Let me leave the features aside: this is about the fact that {pain}.",
            ),
        ),
    ),
    Beat(
        "Objection Handling",
        "Response to Concern",
        (
            "Here is my problem: {doubt}.",
            "I'll be frank with you, {doubt}.",
        ),
        (
            Move(
                "That's fair, and I'm glad you say it now. What would you need "
                "to see before that stops being a reason to wait?",
                "Welcomed the objection and turned it into a condition.",
            ),
            Move(
                "I understand. If we leave that aside for a second: is the rest right "
                "for you? Then let's work on this one point together.",
                "Isolated the objection before working on it.",
            ),
        ),
        (
            Move(
                "I see. Other customers worried about that as well, and it turned out fine.",
                "Reassuring, though the concern itself was not explored.",
                "Other customers asked the same. May I ask what lies behind it for you?",
            ),
        ),
        (
            Move(
                "Honestly, I don't think that is a real problem.",
                "Contradicted the customer and lost some trust.",
                "That matters. Help me understand what happened the last time.",
            ),
        ),
    ),
    Beat(
        "Closing",
        "Concrete Next Step",
        (
            "All right. Where do we go from here?",
            "I have to leave in two minutes. What happens next?",
        ),
        (
            Move(
                "I'll send you a one-page summary today. Could we meet on "
                "Thursday at ten, with whoever has to agree to this?",
                "Proposed a dated next step and brought the decision maker in.",
            ),
            Move(
                "Let's try it with one team for two weeks and decide by the "
                "figures. May I set up the start for Monday?",
                "Offered a small, measurable commitment with a date.",
            ),
        ),
        (
            Move(
                "I'll send you some material, and we can speak again soon.",
                "A next step without a date or an owner.",
                "I'll send the summary today; does Thursday at ten suit you to go through it?",
            ),
        ),
        (
            Move(
                "Well, just call me if you are interested.",
                "Left the next step entirely to the customer.",
                "Which of your colleagues should we bring in, and when this week could that be?",
            ),
        ),
    ),
)

OUTCOMES = {
    "gold": (
        "Earned a second meeting with the decision maker and a clear reason to hold it.",
        "A confident conversation from start to finish; the customer did most of the talking.",
    ),
    "silver": (
        "A solid conversation: the need became clear and a follow-up is likely.",
        "Good rapport and a relevant pitch, with one concern left half answered.",
    ),
    "bronze": (
        "Polite and correct, but the customer leaves without a reason to act.",
        "Some good moments, lost again by hurrying towards the product.",
    ),
    "unranked": (
        "The customer ended the conversation early; the need never came up.",
        "The pitch came before the questions, and it showed.",
    ),
}
"""By rank, how the evaluator sums a session up."""
