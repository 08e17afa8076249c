"""Cards as Slack and a reader get them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from bot.outgoing import Post
from bot.replies import window
from bot.review import views
from bot.review.deck import Face, face_of, item_of
from bot.review.schedule import CAP
from bot.review.sitting import Added, End, Sitting, Table, Waiting
from content.loader import load
from tests.bot.surfaces import elements_of, problems_of_post, problems_of_view, words_of
from tests.builders import NOON, TODAY

CATALOG = load()
ITEMS = [item for task in CATALOG.tasks.values() if (item := item_of(task))]
AHEAD = {1: 1, 2: 3, 3: 9, 4: 25}
ONE_DAY = dict.fromkeys(AHEAD, 1)


@dataclass
class Story:
    title: str = "Migration"
    situation: str = "We ran two data centres."
    task: str = "I had to move them."
    action: str = "I wrote the plan."
    result: str = "It cost 40 % less."
    figures: str = ""


def face(item: str = "concept:concept-estimation", story: Story | None = None) -> Face:
    found = face_of(item, CATALOG.tasks, {item: story} if story else {})
    assert found is not None
    return found


def table(face: Face, days: dict[int, int] | None = None, cards: int = 8) -> Table:
    others = [Waiting("problem:lc-two-sum", 1)] * (cards - 1)
    return Table(sitting=Sitting.of([Waiting(face.item, 0), *others], NOON), face=face, days=days)


def end(**changes: object) -> End:
    usual = End(given={1: 1, 3: 5, 4: 2}, next_on=TODAY, next_count=2, today=TODAY)
    return replace(usual, **changes)  # type: ignore[arg-type]  # names of its fields


STORY = face("story:7", Story())
HOSTILE = face(
    "story:7", Story("<!channel> *x*", "&" * 3000, "\u202eabc", "<" * 3000, "😀" * 3000, "_" * 3000)
)
POSTS: dict[str, Post] = {
    "a question": views.post(table(face())),
    "an answer": views.post(table(face(), AHEAD)),
    "an answer, all tomorrow": views.post(table(face(), ONE_DAY)),
    "a story": views.post(table(STORY)),
    "a story told": views.post(table(STORY, AHEAD)),
    "an empty story": views.post(table(face("story:7", Story("", "", "", "", "")), AHEAD)),
    "a hostile story": views.post(table(HOSTILE, AHEAD, cards=10)),
    "the end": views.post(end()),
    "the end of nothing": views.post(end(given={}, next_on=None)),
    "nothing due": views.post(end(given={}, next_count=1)),
    "more to do": views.post(end(waiting=1, may_go_on=True, skipped=1)),
    "enough": views.post(end(waiting=180)),
    "enough, one waits": views.post(end(waiting=1)),
    "a lesson that comes back": views.added_post(Added("Hash sharding", 1)),
    "a lesson that is due": views.added_post(Added("Hash sharding", 0)),
    "no cards": views.post(end(given={}, next_on=None, has_cards=False)),
}


class TestLimits:
    @pytest.mark.parametrize("name", list(POSTS))
    def test_slack_takes_it_as_a_message_and_as_a_window(self, name: str) -> None:
        assert problems_of_post(POSTS[name]) == []
        assert problems_of_view(window(POSTS[name], views.TITLE)) == []

    def test_every_card_of_the_content(self) -> None:
        faults = {
            item: found
            for item in ITEMS
            for post in (views.post(table(face(item))), views.post(table(face(item), AHEAD)))
            if (found := problems_of_post(post))
        }

        assert faults == {}

    def test_a_full_round_fits_its_buttons(self) -> None:
        longest = max(ITEMS, key=len)
        sitting = Sitting.of([Waiting(longest, 999_999)] * 10, NOON)
        post = views.post(Table(sitting=sitting, face=face(longest), days=AHEAD))

        assert problems_of_post(post) == []


class TestQuestion:
    def test_keeps_the_answer_back(self) -> None:
        card = face()
        post = POSTS["a question"]

        assert card.question in words_of(post.blocks)
        assert card.answer[0][1][:40] not in str(post)
        assert "Review, 1 of 8" in post.text

    def test_of_a_problem_is_its_pattern(self) -> None:
        card = face("problem:lc-two-sum")

        assert (card.title, card.question) == ("Two Sum", "Which pattern, and why does it fit?")
        assert card.answer[0][0] == "Pattern"

    def test_of_a_story_is_to_tell_it(self) -> None:
        assert STORY.title == "Migration"
        assert "We ran two data centres." not in str(POSTS["a story"])
        assert "*Situation:* We ran two data centres." in words_of(POSTS["a story told"].blocks)


class TestAnswer:
    def test_says_on_each_button_when_it_comes_back(self) -> None:
        labels = [one["text"]["text"] for one in elements_of(POSTS["an answer"].blocks)]

        assert labels == [
            "Again, 1 day",
            "Hard, 3 days",
            "Good, 9 days",
            "Easy, 25 days",
            "Open",
            "Skip",
            "Stop",
        ]
        assert "Good in 9 days" in POSTS["an answer"].text

    def test_what_a_person_typed_pings_nobody(self) -> None:
        post = POSTS["a hostile story"]

        assert "<!channel>" not in post.text + words_of(post.blocks)

    def test_nothing_opens_a_story(self) -> None:
        assert "Open" not in [one["text"]["text"] for one in elements_of(POSTS["a story told"].blocks)]


class TestEnd:
    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("the end", "8 cards answered: 1 Again, 5 Good, 2 Easy. Next: 2 cards today."),
            ("nothing due", "Nothing is due. Next: 1 card today."),
            ("the end of nothing", "Nothing is due."),
            ("more to do", "1 card skipped for now. 1 card is due."),
            ("enough", f"{CAP} answers are enough for today. 180 cards wait;"),
            ("no cards", views.NO_CARDS),
        ],
    )
    def test_counts(self, name: str, words: str) -> None:
        assert words in POSTS[name].text

    def test_offers_to_go_on_only_while_the_day_has_room(self) -> None:
        offers = {name for name, post in POSTS.items() if views.GO_ON in str(post.blocks)}

        assert offers == {"more to do"}


def test_a_card_without_its_task_is_none() -> None:
    assert face_of("concept:gone", CATALOG.tasks, {}) is None
    assert face_of("story:7", CATALOG.tasks, {}) is None
    assert face_of("problem:concept-estimation", CATALOG.tasks, {}) is None
