"""The people and channels that a new workspace starts with."""

from bot.playground.conversations import Conversations
from bot.playground.model import Conversation, Member

PEOPLE = (
    Member(
        id="U0INES0001",
        name="ines",
        real_name="Inês Carvalho",
        tz="Europe/Lisbon",
        title="Senior Engineer",
        is_admin=True,
    ),
    Member(
        id="U0MARCUS01",
        name="marcus",
        real_name="Marcus Webb",
        tz="America/New_York",
        title="Engineering Manager",
    ),
    Member(id="U0LENA0001", name="lena", real_name="Lena Vogt", tz="Europe/Berlin", title="Staff Engineer"),
    Member(id="U0ARJUN001", name="arjun", real_name="Arjun Sen", tz="Asia/Kolkata", title="Senior Engineer"),
    Member(id="U0YUKI0001", name="yuki", real_name="Yuki Mori", tz="Asia/Tokyo", title="Engineering Manager"),
    Member(
        id="U0RAFAEL01",
        name="rafael",
        real_name="Rafael Lima",
        tz="America/Sao_Paulo",
        title="Senior Engineer",
        is_guest=True,
    ),
)
GENERAL = "C0GENERAL1"
AMAZON_PREP = "C0AMZPREP1"


def seed(people: dict[str, Member], conversations: Conversations) -> None:
    """Fill an empty workspace."""
    bots = list(people)
    for person in PEOPLE:
        people[person.id] = Member(**{name: getattr(person, name) for name in Member.__slots__})
    ids = [person.id for person in PEOPLE]
    general = conversations.add(
        Conversation(
            id=GENERAL,
            kind="channel",
            name="general",
            member_ids=ids,
            topic="Everybody at Harbor Labs",
            creator=ids[0],
        )
    )
    prep = conversations.add(
        Conversation(
            id=AMAZON_PREP,
            kind="channel",
            name="amazon-prep",
            member_ids=[*ids[:4], *bots],
            topic="Getting ready for L6 and L7, together",
            purpose="Weekly check-in on Fridays, mocks whenever two calendars agree.",
            creator=ids[0],
        )
    )
    conversations.say(general, ids[0], "Welcome to Harbor Labs! This workspace lives on your machine only.")
    conversations.say(
        prep, ids[0], "Prep Coach is installed. Type `/prep` here or in its direct messages to begin."
    )
    conversations.say(prep, ids[1], "Nice. I have an L6 loop coming up, who else is preparing?")
