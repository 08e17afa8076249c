"""The page that Prometheus reads."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_families
from prometheus_client.parser import text_string_to_metric_families as families

from bot.metrics import Metrics
from bot.sampling import Sampler
from bot.web.metrics import routes

OPEN = "application/openmetrics-text"
Page = TestClient[web.Request, web.Application]


class Scene:
    """A page, what it shows, and what time it is."""

    def __init__(self) -> None:
        self.metrics = Metrics()
        self.looks = 0
        self.seconds = 0.0

    async def look(self) -> None:
        self.looks += 1

    def routes(self) -> list[web.RouteDef]:
        return routes(self.metrics, Sampler([self.look], self.monotonic), self.monotonic)

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture
async def page(scene: Scene) -> AsyncIterator[Page]:
    app = web.Application()
    app.add_routes(scene.routes())
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_it_reads_as_prometheus_expects(scene: Scene, page: Page) -> None:
    scene.metrics.ended("daily", "sent")

    answer = await page.get("/metrics")

    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    found = {family.name: family for family in families(await answer.text())}
    [sample] = [each for each in found["prep_deliveries"].samples if each.name.endswith("_total")]
    assert (sample.labels, sample.value) == ({"kind": "daily", "state": "sent"}, 1)
    assert found["prep_missed"].samples[0].value == 0


async def test_it_speaks_openmetrics_to_who_asks_for_it(page: Page) -> None:
    accept = f"{OPEN};version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=0.0.4;q=0.2"
    answer = await page.get("/metrics", headers={"Accept": accept})

    assert answer.headers["Content-Type"].startswith(f"{OPEN}; version=1.0.0")
    text = await answer.text()
    assert text.endswith("# EOF\n")
    names = {family.name for family in open_families(text)}  # type: ignore[no-untyped-call]  # not annotated
    assert "prep_missed" in names


async def test_many_who_ask_within_a_second_get_the_same_page(scene: Scene, page: Page) -> None:
    first = await (await page.get("/metrics")).text()
    scene.metrics.ended("daily", "missed")
    for number in range(20):
        again = await page.get("/metrics", headers={"Accept": f"text/plain; version=1.0.{number}"})
        assert await again.text() == first
    assert scene.looks == 1

    scene.seconds = 1.0
    assert "prep_missed_total 1.0" in await (await page.get("/metrics")).text()


async def test_only_reading_is_answered(page: Page) -> None:
    assert (await page.post("/metrics")).status == 405
