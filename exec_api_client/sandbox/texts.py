"""The texts of the workspace and of its roleplays. Nobody here is real.

The texts of a roleplay are templates. `{persona}`, `{first}` (the persona's first name),
`{company}`, `{offer}`, `{pain}` and `{doubt}` come from the scenario.
"""

from typing import NamedTuple

DOMAIN = "lumera.example"

GROUPS = (
    "Enterprise Sales",
    "Mid-Market Sales",
    "Sales Development",
    "Customer Success",
    "New Hires",
)
SKILLS = (
    "Discovery",
    "Active Listening",
    "Value Framing",
    "Objection Handling",
    "Negotiation",
    "Closing",
)
COLLECTIONS = ("Foundations", "Enterprise Deals", "Customer Conversations", "Manager Coaching")
PROGRAMS = ("Spring Onboarding", "Enterprise Certification", "Renewal Readiness")

PEOPLE = (
    ("Amara", "Okafor"), ("Benjamin", "Hartley"), ("Chiara", "Bellini"), ("Daniel", "Osei"),
    ("Elena", "Petrova"), ("Farid", "Rahimi"), ("Grace", "Lindqvist"), ("Hiro", "Tanabe"),
    ("Imogen", "Clarke"), ("Jonas", "Weber"), ("Katarzyna", "Nowak"), ("Łukasz", "Zieliński"),
    ("Maya", "Raghavan"), ("Noah", "Feldman"), ("Olivia", "Sørensen"), ("Priya", "Menon"),
    ("Quentin", "Dubois"), ("Rosa", "Delgado"), ("Samuel", "Adeyemi"), ("Tessa", "van Dijk"),
    ("Umar", "Siddiqui"), ("Valentina", "Rojas"), ("Wesley", "Tran"), ("Ximena", "Cruz"),
    ("Yusuf", "Demir"), ("Zoë", "Marchetti"), ("Aisling", "Byrne"), ("Bruno", "Carvalho"),
    ("Camille", "Laurent"), ("Dmitri", "Volkov"), ("Esther", "Goldberg"), ("Felix", "Brandt"),
    ("Giulia", "Romano"), ("Hannah", "O'Neill"), ("Ivan", "Horvat"), ("Jasmine", "Park"),
)  # fmt: skip
"""First and last names of the members."""

FORMER = (("Marcus", "Webb"), ("Sofia", "Lund"), ("Theo", "Anders"), ("Nadia", "Haddad"))
"""First and last names of removed users. Their sessions remain."""

SYSTEM = (("demo", "Exec", "Demo"), ("qa", "Exec", "Quality"), ("support", "Exec", "Support"))
"""Exec's own users: mailbox, first and last name."""


class Plot(NamedTuple):
    """A scenario before it has an id. Numbers are positions in the tuples above.

    `weight` is the share of practice, relative to the other scenarios; 0 is none.
    """

    name: str
    weight: int
    skills: tuple[int, ...]
    collections: tuple[int, ...]
    programs: tuple[int, ...]
    persona: str
    company: str
    offer: str
    pain: str
    doubt: str


PLOTS = (
    Plot(
        "Procurement Discovery", 9, (0, 1), (0,), (0,),
        "Renata Voss, procurement lead", "Globex", "our sourcing suite",
        "quotes still come in by email and somebody types them over",
        "we changed systems two years ago and people are tired of it",
    ),
    Plot(
        "Pricing Objection with a CFO", 7, (2, 3), (0, 1), (1,),
        "Harold Finch, chief financial officer", "Initech", "the annual plan",
        "nobody can tell me what the current tools cost us per team",
        "your quote is a third above the next one",
    ),
    Plot(
        "Renewal at Risk", 6, (1, 4), (2,), (2,),
        "Dana Whitlock, head of customer operations", "Stellar Foods", "the renewal",
        "half of the seats that we bought are not being used",
        "finance has asked me to cut every contract by a fifth",
    ),
    Plot(
        "Cold Call to a Plant Manager", 8, (0, 2), (0,), (0,),
        "Gus Moreau, plant manager", "Northfork Steel", "our monitoring sensors",
        "an unplanned stop costs us a whole shift",
        "I have a vendor in here every week with a box that beeps",
    ),
    Plot(
        "Displacing a Competitor", 4, (2, 3), (1,), (1,),
        "Lena Strand, director of sales operations", "Vantage Media", "our forecasting module",
        "the forecast is rebuilt in a spreadsheet every Thursday night",
        "we are fifteen months into a three-year contract",
    ),
    Plot(
        "Security Review Pushback", 3, (3,), (1,), (1,),
        "Ibrahim Sesay, head of information security", "Meridian Bank", "our hosted service",
        "every new vendor adds six weeks of questionnaires",
        "I will not sign off on customer data that leaves the region",
    ),
    Plot(
        "Executive Sponsor Briefing", 3, (2, 5), (1,), (),
        "Caroline Ashby, chief operating officer", "Halcyon Health", "the rollout",
        "three hospitals run three different ways of handing over a shift",
        "my board wants to see a result within two quarters",
    ),
    Plot(
        "Multi-Year Negotiation", 4, (4, 5), (1,), (1, 2),
        "Viktor Lang, vendor manager", "Orbis Logistics", "a three-year agreement",
        "prices rise every spring and I hear of it last",
        "for three years I expect a discount that you have never given",
    ),
    Plot(
        "Giving Difficult Feedback", 5, (1,), (3,), (),
        "Pat Ellery, account executive on your team", "your own team", "a plan for next quarter",
        "I hear about missed numbers only after the quarter is over",
        "my territory was cut in half, so the comparison is not fair",
    ),
    Plot(
        "Handoff to Customer Success", 3, (1, 2), (2,), (0, 2),
        "June Castellano, programme manager", "Brightwater Energy", "our onboarding package",
        "with the last vendor we explained everything twice",
        "your salesperson promised an integration that I cannot find in the contract",
    ),
    Plot(
        "Closing Before Quarter End", 4, (4, 5), (0, 1), (0,),
        "Tomasz Bielak, director of facilities", "Kestrel Offices", "the full package",
        "we walk the floors with clipboards to count free desks",
        "I see no reason to sign this month and not the next",
    ),
    Plot(
        "Partner Co-Selling Kickoff", 0, (0, 5), (2,), (),
        "Adaeze Nwosu, alliances lead", "Pinnacle Cloud", "a joint offer",
        "our two teams call the same customer on the same day",
        "my people are not paid for what yours sell",
    ),
)  # fmt: skip


class Move(NamedTuple):
    """One reply of the participant; `better` is a suggestion in its place."""

    text: str
    feedback: str
    better: str | None = None


class Beat(NamedTuple):
    """One step of a conversation: its criterion and item, the AI's lines, the replies by grade."""

    criterion: str
    item: str
    ai: tuple[str, ...]
    good: tuple[Move, ...]
    mid: tuple[Move, ...]
    bad: tuple[Move, ...]


BEATS = (
    Beat(
        "Communication Skills", "Opening and Agenda",
        ai=(
            "Hello, {persona} here. I have twenty minutes, so let's make them count.",
            "Good morning. {persona}, {company}. You asked for this call?",
        ),
        good=(
            Move("Thanks for making the time, {first}. I'd like to hear how things run today, show you "
                 "one idea, and agree whether a next step makes sense. Does that work?",
                 "Set a clear agenda and asked for consent to it."),
            Move("Hi {first}, I appreciate it. Before anything else: what would make these twenty minutes "
                 "worth it for you?",
                 "Handed the agenda to the customer in the first sentence."),
        ),
        mid=(
            Move("Hi {first}, thanks. I wanted to talk to you about {offer}.",
                 "Friendly, but the agenda was ours and not shared.",
                 "Could we take ten minutes on how you work today, and then see whether {offer} has a "
                 "place in it?"),
        ),
        bad=(
            Move("Great, I'll just share my screen and run you through the slides.",
                 "Went into a presentation before the customer had said a word.",
                 "Before I show anything, what made you agree to this call?"),
        ),
    ),
    Beat(
        "Discovery", "Open Questions",
        ai=(
            "All right. What do you want to know about {company}?",
            "Fine. Where do you want to start?",
        ),
        good=(
            Move("Walk me through the last time this went wrong. Who noticed first, and what did it cost "
                 "you?",
                 "An open question about a real event, with its cost."),
            Move("If you could change one thing about how this works by summer, what would it be, and who "
                 "would feel it?",
                 "Invited a picture of the future and named those concerned."),
        ),
        mid=(
            Move("Are you happy with how things work at the moment?",
                 "A relevant topic, closed down by a yes-or-no question.",
                 "How do things work at the moment, from the first request to the last signature?"),
        ),
        bad=(
            Move("I guess you have the same problems as everybody else in your industry.",
                 "Assumed the need in place of asking for it.",
                 "What makes this harder at {company} than it looks from outside?"),
        ),
    ),
    Beat(
        "Communication Skills", "Active Listening",
        ai=(
            "To be honest, {pain}.",
            "The short version is that {pain}. I have stopped counting how often I raised it.",
        ),
        good=(
            Move("So {pain}, and you have been carrying that for a while. Did I get that right?",
                 "Played the problem back in the customer's own words and checked it."),
            Move("That sounds costly, and tiring. What have you tried so far?",
                 "Acknowledged the feeling as well as the fact, and went one step deeper."),
        ),
        mid=(
            Move("Right, we hear that a lot. And how many people are affected?",
                 "A useful follow-up that passed over what had just been said.",
                 "You said that {pain}. How many people does that touch?"),
        ),
        bad=(
            Move("Okay. Anyway, let me tell you about {offer}.",
                 "Moved on without taking up the problem at all.",
                 "Thank you for being open. What would it mean for you if that went away?"),
        ),
    ),
    Beat(
        "Value Framing", "Link to Business Outcome",
        ai=(
            "And how would {offer} change any of that?",
            "So what do you actually propose?",
        ),
        good=(
            Move("You told me that {pain}. {Offer} takes out exactly that step; a company your size got "
                 "eleven hours a week back. Shall we put your own figure next to it?",
                 "Tied the offer to the stated problem, with evidence and a number to test."),
            Move("Two things: the delay you described goes away, and you can show it to your management "
                 "in a single chart. Which of the two matters more to you?",
                 "Named outcomes and let the customer rank them."),
        ),
        mid=(
            Move("{Offer} would save you a lot of time and make everybody more productive.",
                 "A benefit, but not one that the customer could check.",
                 "From what you said, {offer} would remove the step that costs you most. Would an hour a "
                 "day be a fair guess?"),
        ),
        bad=(
            Move("It has over two hundred features, and it won an award last year.",
                 "Listed features without any link to what the customer had said.",
                 "Let me leave the features aside: this is about the fact that {pain}."),
        ),
    ),
    Beat(
        "Objection Handling", "Response to Concern",
        ai=(
            "Here is my problem: {doubt}.",
            "I'll be frank with you, {doubt}.",
        ),
        good=(
            Move("That's fair, and I'm glad you say it now. What would you need to see before that stops "
                 "being a reason to wait?",
                 "Welcomed the objection and turned it into a condition."),
            Move("I understand. If we leave that aside for a second: is the rest right for you? Then "
                 "let's work on this one point together.",
                 "Isolated the objection before working on it."),
        ),
        mid=(
            Move("I see. Other customers worried about that as well, and it turned out fine.",
                 "Reassuring, though the concern itself was not explored.",
                 "Other customers asked the same. May I ask what lies behind it for you?"),
        ),
        bad=(
            Move("Honestly, I don't think that is a real problem.",
                 "Contradicted the customer and lost some trust.",
                 "That matters. Help me understand what happened the last time."),
        ),
    ),
    Beat(
        "Closing", "Concrete Next Step",
        ai=(
            "All right. Where do we go from here?",
            "I have to leave in two minutes. What happens next?",
        ),
        good=(
            Move("I'll send you a one-page summary today. Could we meet on Thursday at ten, with whoever "
                 "has to agree to this?",
                 "Proposed a dated next step and brought the decision maker in."),
            Move("Let's try it with one team for two weeks and decide by the figures. May I set up the "
                 "start for Monday?",
                 "Offered a small, measurable commitment with a date."),
        ),
        mid=(
            Move("I'll send you some material, and we can speak again soon.",
                 "A next step without a date or an owner.",
                 "I'll send the summary today; does Thursday at ten suit you to go through it?"),
        ),
        bad=(
            Move("Well, just call me if you are interested.",
                 "Left the next step entirely to the customer.",
                 "Which of your colleagues should we bring in, and when this week could that be?"),
        ),
    ),
)  # fmt: skip

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
"""The outcome feedback by rank."""
