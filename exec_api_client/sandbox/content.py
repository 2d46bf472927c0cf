"""Who works at the workspace's company, and what they practise. Nobody here is real."""

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
"""First and last names of those who practise."""

FORMER = (("Marcus", "Webb"), ("Sofia", "Lund"), ("Theo", "Anders"), ("Nadia", "Haddad"))
"""Those who have left; their sessions remain."""

SYSTEM = (("demo", "Exec", "Demo"), ("qa", "Exec", "Quality"), ("support", "Exec", "Support"))
"""Exec's own users: mailbox, first and last name."""


class Plot(NamedTuple):
    """A scenario before it has an id; numbers point into the tuples above.

    `weight` says how much it is practised, compared with the others; 0 is never.
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
