"""How a form is cut into pages."""

from __future__ import annotations

import pytest

from bot.assessment.pages import pages
from content.loader import Catalog, FormName


@pytest.mark.parametrize(
    ("form", "sizes"),
    [
        pytest.param("quick", [4, 4, 4], id="one page for each dimension"),
        pytest.param("complete", [4, 4, 3, 3, 3, 3], id="two pages of the same length for each dimension"),
    ],
)
def test_pages_are_short_and_of_even_length(catalog: Catalog, form: FormName, sizes: list[int]) -> None:
    cut = pages(catalog.forms[form], catalog.competencies)

    assert [len(page.items) for page in cut] == sizes


@pytest.mark.parametrize("form", ["quick", "complete"])
def test_every_item_is_on_one_page_and_in_the_order_of_the_form(catalog: Catalog, form: FormName) -> None:
    cut = pages(catalog.forms[form], catalog.competencies)

    assert [item for page in cut for item in page.items] == list(catalog.forms[form].items)


def test_a_page_knows_its_number_and_its_part_of_the_dimension(catalog: Catalog) -> None:
    cut = pages(catalog.forms["complete"], catalog.competencies)

    assert [(page.number, page.dimension, page.part, page.parts) for page in cut] == [
        (1, "technical", 1, 2),
        (2, "technical", 2, 2),
        (3, "leadership", 1, 2),
        (4, "leadership", 2, 2),
        (5, "cultural", 1, 2),
        (6, "cultural", 2, 2),
    ]
