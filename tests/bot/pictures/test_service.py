"""Charts where the workspace has them, drawings uploaded once where not, words always."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import AsyncMock

import pytest
from slack_sdk.errors import SlackApiError
from sqlmodel import col, select

from bot.pictures.series import Picture
from bot.pictures.service import ASK_AGAIN, KEPT, PictureService
from bot.pictures.studio import NotDrawnError
from bot.refusals import refused_answer
from storage import learners
from storage import pictures as stored
from storage.engine import Database
from storage.models import Picture as Stored
from tests.bot.pictures.samples import consistency, coverage, hours, scores
from tests.builders import ANA, BEN, MovingClock
from tests.dispatch import answer, refusal

CHART, IMAGE = "data_visualization", "image"
Block = dict[str, Any]


@dataclass
class Studio:
    """Draws at once, unless told to wait or fail."""

    orders: list[list[str]] = field(default_factory=list)
    gate: asyncio.Event | None = None
    failing: bool = False

    async def draw(self, pictures: Sequence[Picture]) -> list[bytes]:
        self.orders.append([picture.kind for picture in pictures])
        if self.gate is not None:
            await self.gate.wait()
        if self.failing:
            raise NotDrawnError("no")
        return [b"PNG" for _ in pictures]


class Slack:
    """Files are numbered; `refuses` says what is wrong with blocks, by their number of the call."""

    def __init__(self) -> None:
        self.client = AsyncMock()
        self.client.files_upload_v2.side_effect = self._upload
        self.shown: list[list[Block]] = []
        self.has_charts = True
        self.not_ready = 0
        self.gone: set[str] = set()
        self.told = True
        self.waited: list[float] = []
        self.shown_twice = asyncio.Event()

    async def _upload(self, **_: object) -> Any:
        return answer(files=[{"id": f"F{self.client.files_upload_v2.await_count}"}])

    async def send(self, blocks: list[Block]) -> None:
        if CHART in kinds(blocks) and not self.has_charts:
            raise self._refused("unsupported type: data_visualization")
        files = {block["slack_file"]["id"] for block in blocks if block["type"] == IMAGE}
        if files & self.gone:
            raise self._refused("invalid slack file")
        if files and self.not_ready:
            self.not_ready -= 1
            raise self._refused("invalid slack file")
        self.shown.append(blocks)
        if len(self.shown) == 2:
            self.shown_twice.set()

    async def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)

    def _refused(self, words: str) -> SlackApiError:
        error = refusal("invalid_blocks")
        if self.told:
            error.response.data["response_metadata"] = {"messages": [f"[ERROR] {words}"]}
        return error

    @property
    def uploads(self) -> int:
        return int(self.client.files_upload_v2.await_count)


def kinds(blocks: list[Block]) -> list[str]:
    """The types of blocks, without sections of text."""
    return [block["type"] for block in blocks if block["type"] != "section"]


@pytest.fixture
def studio() -> Studio:
    return Studio()


@pytest.fixture
def slack() -> Slack:
    return Slack()


@pytest.fixture
async def service(database: Database, clock: MovingClock, studio: Studio, slack: Slack) -> PictureService:
    async with database.write() as session:
        await learners.ensure(session, ANA.team_id, ANA.user_id, now=clock())
    return PictureService(database, clock, studio.draw, slack.sleep)


async def show(service: PictureService, slack: Slack, *pictures: Picture, in_message: bool = True) -> None:
    await service.show(ANA, pictures, slack.client, slack.send, in_message=in_message)


async def kept(service: PictureService) -> list[str]:
    async with service.database.read() as session:
        return list((await session.exec(select(Stored.file_id).order_by(col(Stored.uploaded_at)))).all())


class TestCharts:
    async def test_are_shown_where_the_workspace_has_them(
        self, service: PictureService, slack: Slack, studio: Studio
    ) -> None:
        await show(service, slack, scores(48), hours(2))

        assert [kinds(blocks) for blocks in slack.shown] == [[CHART, CHART]]
        assert studio.orders == []

    async def test_that_are_refused_once_are_not_tried_again(
        self, service: PictureService, slack: Slack
    ) -> None:
        slack.has_charts = False
        await show(service, slack, scores(48))
        slack.has_charts = True
        slack.shown.clear()

        await show(service, slack, scores(48), hours(2))

        assert [kinds(blocks) for blocks in slack.shown] == [[IMAGE], [IMAGE, IMAGE]]

    async def test_are_tried_again_after_a_month(
        self, service: PictureService, slack: Slack, clock: MovingClock
    ) -> None:
        await service.charts_refused(ANA.team_id)
        clock.instant += ASK_AGAIN

        assert kinds(await service.ready(ANA, [scores(48)])) == [CHART]

    async def test_of_one_workspace_say_nothing_of_another(self, service: PictureService) -> None:
        await service.charts_refused("T2")

        assert kinds(await service.ready(ANA, [scores(48)])) == [CHART]

    async def test_a_message_takes_two_and_the_third_is_drawn(
        self, service: PictureService, slack: Slack
    ) -> None:
        await show(service, slack, scores(48), hours(2), scores(50))

        assert kinds(slack.shown[-1]) == [CHART, CHART, IMAGE]

    async def test_windows_and_home_have_none(self, service: PictureService, slack: Slack) -> None:
        await show(service, slack, scores(48), in_message=False)

        assert kinds(slack.shown[-1]) == [IMAGE]

    async def test_a_response_url_refuses_them_with_a_bare_code(
        self, service: PictureService, slack: Slack
    ) -> None:
        async def send(blocks: list[Block]) -> None:
            if CHART in kinds(blocks):
                raise refused_answer(404, '{"ok": false, "error": "invalid_blocks"}')
            await slack.send(blocks)

        await service.show(ANA, [scores(48)], slack.client, send)

        assert kinds(slack.shown[-1]) == [IMAGE]
        assert kinds(await service.ready(ANA, [hours(2)])) == []


class TestDrawings:
    async def test_words_come_first_and_the_picture_after(
        self, service: PictureService, slack: Slack, studio: Studio
    ) -> None:
        await show(service, slack, consistency(1, 2), coverage((1, 0)))

        assert [kinds(blocks) for blocks in slack.shown] == [[], [IMAGE, IMAGE]]
        assert "1 of 1 principle" in str(slack.shown[0])
        assert studio.orders == [["consistency", "coverage"]], "one process for both"

    async def test_are_uploaded_once_and_reused(self, service: PictureService, slack: Slack) -> None:
        await show(service, slack, consistency(1, 2))
        slack.shown.clear()

        await show(service, slack, consistency(1, 2))

        assert [kinds(blocks) for blocks in slack.shown] == [[IMAGE]]
        assert slack.uploads == 1

    async def test_of_other_numbers_are_drawn_anew(self, service: PictureService, slack: Slack) -> None:
        await show(service, slack, consistency(1, 2))
        await show(service, slack, consistency(1, 2, 3))

        assert slack.uploads == 2

    async def test_belong_to_one_person(self, service: PictureService, slack: Slack) -> None:
        await show(service, slack, consistency(1, 2))

        assert kinds(await service.ready(BEN, [consistency(1, 2)])) == []

    async def test_two_requests_at_once_share_one_upload(
        self, service: PictureService, slack: Slack, studio: Studio
    ) -> None:
        studio.gate = asyncio.Event()
        both = [asyncio.create_task(show(service, slack, consistency(1))) for _ in range(2)]
        await slack.shown_twice.wait()
        studio.gate.set()
        await asyncio.gather(*both)

        assert [kinds(blocks) for blocks in slack.shown] == [[], [], [IMAGE], [IMAGE]]
        assert slack.uploads == 1

    async def test_old_ones_are_deleted_from_slack(
        self, service: PictureService, slack: Slack, clock: MovingClock
    ) -> None:
        for day in range(KEPT + 1):
            await show(service, slack, consistency(*[1] * (day + 1)))
            clock.move(days=1)

        slack.client.files_delete.assert_awaited_once_with(file="F1")
        assert await kept(service) == [f"F{number}" for number in range(2, KEPT + 2)]

    async def test_nothing_to_draw_is_said_in_words(self, service: PictureService, slack: Slack) -> None:
        await show(service, slack, scores(), hours(0, planned=0), consistency())

        assert [kinds(blocks) for blocks in slack.shown] == [[]]
        assert slack.uploads == 0

    async def test_of_somebody_who_deleted_their_data_meanwhile_are_deleted(
        self, service: PictureService, slack: Slack
    ) -> None:
        await service.show(BEN, [consistency(1)], slack.client, slack.send)

        slack.client.files_delete.assert_awaited_once_with(file="F1")
        assert [kinds(blocks) for blocks in slack.shown] == [[]]

    async def test_all_files_of_a_person_are_known_for_deletion(
        self, service: PictureService, slack: Slack
    ) -> None:
        await show(service, slack, consistency(1), coverage((1, 0)))

        async with service.database.read() as session:
            learner = await learners.find(session, ANA.team_id, ANA.user_id)
            assert learner is not None
            assert await stored.file_ids(session, learner.id or 0) == ["F1", "F2"]


class TestTrouble:
    async def test_a_file_that_slack_still_looks_through_is_waited_for(
        self, service: PictureService, slack: Slack
    ) -> None:
        slack.not_ready = 2

        await show(service, slack, consistency(1))

        assert [kinds(blocks) for blocks in slack.shown] == [[], [IMAGE]]
        assert slack.waited == [0, 2, 5]

    async def test_one_that_takes_longer_leaves_the_words_and_is_there_next_time(
        self, service: PictureService, slack: Slack
    ) -> None:
        slack.not_ready = 3
        await show(service, slack, consistency(1))
        assert [kinds(blocks) for blocks in slack.shown] == [[]]

        await show(service, slack, consistency(1))

        assert kinds(slack.shown[-1]) == [IMAGE]
        assert slack.uploads == 1

    @pytest.mark.parametrize("told", [True, False])
    async def test_a_file_that_is_gone_is_uploaded_again_and_charts_are_not_blamed(
        self, service: PictureService, slack: Slack, told: bool
    ) -> None:
        await show(service, slack, consistency(1), scores(48))
        slack.gone, slack.told = {"F1"}, told

        await show(service, slack, consistency(1), scores(48))

        assert IMAGE in kinds(slack.shown[-1])
        assert kinds(await service.ready(ANA, [hours(2)])) == [CHART]
        assert slack.uploads >= 2

    async def test_a_failed_drawing_leaves_the_words(
        self, service: PictureService, slack: Slack, studio: Studio
    ) -> None:
        studio.failing = True

        await show(service, slack, consistency(1))

        assert [kinds(blocks) for blocks in slack.shown] == [[]]

    @pytest.mark.parametrize(
        "error", [refusal("missing_scope"), TimeoutError(), AttributeError("no JSON"), TypeError("no list")]
    )
    async def test_a_failed_upload_leaves_the_words(
        self, service: PictureService, slack: Slack, error: Exception
    ) -> None:
        slack.client.files_upload_v2.side_effect = error

        await show(service, slack, consistency(1))

        assert [kinds(blocks) for blocks in slack.shown] == [[]]
        assert await kept(service) == []

    @pytest.mark.parametrize("data", [{}, {"files": []}, {"files": [{}]}])
    async def test_an_upload_without_an_id_leaves_the_words(
        self, service: PictureService, slack: Slack, data: dict[str, Any]
    ) -> None:
        slack.client.files_upload_v2.side_effect = None
        slack.client.files_upload_v2.return_value = answer(**data)

        await show(service, slack, consistency(1))

        assert [kinds(blocks) for blocks in slack.shown] == [[]]

    async def test_what_slack_says_of_the_first_answer_is_raised(
        self, service: PictureService, slack: Slack
    ) -> None:
        async def send(_: list[Block]) -> None:
            raise refusal("channel_not_found")

        with pytest.raises(SlackApiError):
            await service.show(ANA, [scores(48)], slack.client, send)

    async def test_and_of_later_ones_it_is_not(self, service: PictureService, slack: Slack) -> None:
        async def send(blocks: list[Block]) -> None:
            if slack.shown:
                raise refusal("channel_not_found")
            await slack.send(blocks)

        await service.show(ANA, [consistency(1)], slack.client, send)

        assert [kinds(blocks) for blocks in slack.shown] == [[]]

    async def test_a_file_that_cannot_be_deleted_is_no_trouble(
        self, service: PictureService, slack: Slack
    ) -> None:
        slack.client.files_delete.side_effect = refusal("file_not_found")

        await service.show(BEN, [consistency(1)], slack.client, slack.send)

        assert len(slack.shown) == 1

    async def test_words_that_are_refused_are_raised(self, service: PictureService, slack: Slack) -> None:
        async def send(_: list[Block]) -> None:
            raise refusal("invalid_blocks")

        with pytest.raises(SlackApiError):
            await service.show(ANA, [scores(48), consistency(1)], slack.client, send)


async def test_blocks_for_later_wait_for_the_drawing(service: PictureService, slack: Slack) -> None:
    blocks = await service.blocks(ANA, [scores(48), consistency(1)], slack.client)

    assert kinds(blocks) == [CHART, IMAGE]
    assert slack.shown == []
