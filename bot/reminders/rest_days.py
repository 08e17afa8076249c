"""Public holidays of a country, as far as the whole country has them."""

from __future__ import annotations

from collections.abc import Container
from datetime import date
from functools import lru_cache


def is_holiday(country: str | None, on: date) -> bool:
    """Whether the date is a public holiday there; False without a country, or for one we do not know."""
    return country is not None and on in _holidays(country, on.year)


@lru_cache(maxsize=512)
def _holidays(country: str, year: int) -> Container[date]:
    # Loaded for the first person who asks for it: it costs 80 ms and 11 MB.
    from holidays import country_holidays

    try:
        return frozenset(country_holidays(country, years=year))
    except NotImplementedError:
        return frozenset()
