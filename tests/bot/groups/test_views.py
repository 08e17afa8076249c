"""What a study group's messages and forms say, and that Slack takes them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.checkins.counts import Counts
from bot.errors import OutdatedFormError
from bot.groups import keeping, settings_views, views
from bot.groups.rendering import wordings
from bot.groups.rounds import Thread
from bot.groups.schedule import Next, Schedule, ScheduleInput
from bot.groups.service import GroupState, Joined, Report
from bot.groups.summary import Summary
from bot.groups.upkeep import Notice
from bot.outgoing import Post
from content.loader import Catalog
from tests.bot.surfaces import elements_of, problems_of_post, problems_of_view, words_of
from tests.builders import NOON
from tests.dispatch import returned

DATE = re.compile(r"<!date\^\d+\^[^|>]+\|([^>]+)>")
TERMS = Schedule(5, 16 * 60, "Europe/Lisbon", 48)
STATE = GroupState(
    group_id=7,
    channel_id="C1",
    channel_name="prep",
    schedule=TERMS,
    lead_id="U1",
    members=5,
    next=Next(date(2030, 3, 8), NOON + timedelta(days=4)),
    ended_reason=None,
)
MEMBER = replace(STATE, is_member=True)
OVER = replace(STATE, next=None, ended_reason=keeping.ARCHIVED)
FULL = Summary(any_answer=True, answered=5, members=7, sums=Counts(coding=61, designs=9), names=("U1", "U2"))
THREAD = Thread(7, TERMS, NOON)
WORDING = "Check-in time."
POSTS = {
    "intro": views.intro_post(STATE),
    "thread": views.thread_post(THREAD, WORDING),
    "summary": views.summary_post(FULL),
    "summary without names": views.summary_post(replace(FULL, names=())),
    "summary without sums": views.summary_post(replace(FULL, answered=2, sums=None)),
    "quiet summary": views.summary_post(replace(FULL, sums=Counts())),
    "small summary": views.summary_post(Summary(any_answer=True)),
    "empty summary": views.summary_post(Summary(any_answer=False, answered=0, members=7)),
    "report": views.report_post(Report(date(2030, 3, 8), FULL)),
    "no report": views.report_post(None),
    "state of nothing": views.state_post(None, lead="I do not know “x” here."),
    "state": views.state_post(STATE),
    "state of a member": views.state_post(replace(MEMBER, shows_name=True, members=1)),
    "over": views.state_post(OVER),
    "joined": views.joined_post(Joined.NEW, MEMBER),
    "already": views.joined_post(Joined.ALREADY, MEMBER),
    "left": views.left_post(STATE),
    "left as the last": views.left_post(replace(OVER, ended_reason=keeping.NOBODY)),
    "not in": views.not_in_post(STATE),
    "stopped": views.stopped_post(),
    "named": views.name_post(replace(MEMBER, shows_name=True)),
    "not named": views.name_post(MEMBER),
    **{
        what: views.notice_post(Notice(what, "C1", "prep"))
        for what in (*keeping.ENDINGS, keeping.LEAD, keeping.UNARCHIVED)
    },
}
MODALS = {
    "start": settings_views.start_modal("C1", "prep", "Europe/Lisbon", NOON),
    "change": settings_views.change_modal(STATE, NOON),
    "saving": settings_views.saving_modal(),
    "started": settings_views.started_modal(STATE),
    "changed": settings_views.changed_modal(STATE),
}


def without_dates(content: Any) -> Any:
    """As Slack shows it to a client that cannot draw dates."""
    if isinstance(content, str):
        return DATE.sub(r"\1", content)
    if isinstance(content, list):
        return [without_dates(entry) for entry in content]
    if isinstance(content, dict):
        return {key: without_dates(entry) for key, entry in content.items()}
    return content


@pytest.mark.parametrize("name", list(POSTS))
def test_slack_takes_every_message_and_it_reads_well(name: str) -> None:
    post = POSTS[name]

    assert problems_of_post(Post(post.text, without_dates(post.blocks))) == []
    assert DATE.search(post.text) is None, "a screen reader gets plain words"


@pytest.mark.parametrize("name", list(MODALS))
def test_slack_takes_every_window(name: str) -> None:
    assert problems_of_view(MODALS[name]) == []


@pytest.mark.parametrize("name", list(POSTS))
def test_the_text_says_what_the_blocks_say(name: str) -> None:
    """Sentences of the blocks are in the text; labels of buttons and boxes are left out."""
    post = POSTS[name]
    said = re.sub(r"[*`]", "", post.text)
    for block in without_dates(post.blocks):
        if block["type"] == "section":
            for line in re.sub(r"[*`]", "", block["text"]["text"]).splitlines():
                assert all(word in said for word in line.split()), line


@pytest.mark.parametrize("number", range(11))
def test_every_wording_stands_in_a_thread(catalog: Catalog, number: int) -> None:
    texts = wordings(catalog)
    assert len(texts) == 11

    post = views.thread_post(THREAD, texts[number])

    assert problems_of_post(Post(post.text, without_dates(post.blocks))) == []
    assert post.text.startswith(texts[number])


def test_the_thread_shows_its_deadline_on_each_readers_clock() -> None:
    shown = words_of(views.thread_post(THREAD, WORDING).blocks)

    assert f"<!date^{int(NOON.timestamp())}^{{date_long_pretty}} at {{time}}|Monday 4 March, 12:00" in shown


def test_the_thread_offers_both_to_members_and_to_others() -> None:
    controls = [one["action_id"] for one in elements_of(views.thread_post(THREAD, WORDING).blocks)]

    assert controls == [views.CHECK_IN, views.JOIN, views.OPTIONS]


class TestSummary:
    def test_says_how_many_and_the_sums(self) -> None:
        assert "5 of 7 checked in: 9 full designs, 61 coding problems." in POSTS["summary"].text

    def test_names_only_whom_it_was_given(self) -> None:
        assert "<@U1>, <@U2>" in POSTS["summary"].text
        assert "<@" not in POSTS["summary without names"].text

    def test_has_no_number_of_people_in_a_small_group(self) -> None:
        assert re.findall(r"\d+", POSTS["small summary"].text) == ["4"]

    def test_goes_where_it_is_told(self) -> None:
        post = views.summary_post(FULL, thread_ts="1.0", replaces="2.0")

        assert (post.thread_ts, post.replaces) == ("1.0", "2.0")


def test_a_channels_name_pings_nobody() -> None:
    post = views.notice_post(Notice(keeping.REMOVED, "C1", "<!channel> & <@U1>"))

    assert "<!channel>" not in post.text + words_of(post.blocks)
    assert "&lt;!channel&gt; &amp;" in post.text


def test_somebody_in_it_sees_what_they_agreed_to() -> None:
    [boxes, leave] = elements_of(POSTS["state of a member"].blocks)

    assert [option["value"] for option in boxes["initial_options"]] == [views.YES]
    assert leave["action_id"] == views.LEAVE


def test_only_the_lead_is_offered_the_settings() -> None:
    led = views.state_post(replace(MEMBER, is_lead=True))

    assert views.SETTINGS in [one["action_id"] for one in elements_of(led.blocks)]
    assert views.SETTINGS not in str(POSTS["state of a member"].blocks)
    assert "/prep group stop to end the group" in led.text
    assert "are for the lead" not in led.text


def test_who_joins_hears_when_the_next_thread_comes() -> None:
    assert "You are in. The next thread comes: Friday 8 March, 12:00 Lisbon" in POSTS["joined"].text


class TestReading:
    def test_a_form_comes_back_as_it_was_drawn(self) -> None:
        view = returned(MODALS["change"].to_dict())
        view["state"]["values"]["at"][settings_views.FIELD] = {"selected_time": "09:30"}

        assert settings_views.read_opened(view) == settings_views.Opened(group_id=7, before=TERMS)
        assert settings_views.read_schedule(view) == ScheduleInput(
            weekday="5", at="09:30", time_zone="Europe/Lisbon", answer_hours="48"
        )

    def test_a_new_group_knows_its_channel(self) -> None:
        opened = settings_views.read_opened(MODALS["start"].to_dict())

        assert (opened.channel_id, opened.channel_name, opened.before) == ("C1", "prep", None)

    @pytest.mark.parametrize(
        "metadata", ["", "{}", "[]", "null", '{"before": 3}', '{"before": null, "x": 1}']
    )
    def test_a_form_we_did_not_draw_is_refused(self, metadata: str) -> None:
        with pytest.raises(OutdatedFormError):
            settings_views.read_opened({"private_metadata": metadata})

    @pytest.mark.parametrize(
        ("action", "group_id"),
        [
            ({"value": "7"}, 7),
            ({"block_id": "groups.own.7"}, 7),
            ({"value": "-7"}, 0),
            ({"value": "x"}, 0),
            ({"value": "9" * 30}, 0),
            ({}, 0),
        ],
    )
    def test_the_group_of_a_button(self, action: dict[str, Any], group_id: int) -> None:
        assert views.read_group_id(action) == group_id
