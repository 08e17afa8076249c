"""Find what is meant although it is typed otherwise: slips, beginnings, other endings, other names."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from rapidfuzz import fuzz, process, utils
from rapidfuzz.distance import Prefix


def words_of(text: str) -> list[str]:
    """Lower-case words without punctuation."""
    return utils.default_process(text).split()


TITLE, NAME, KEYWORD, SUMMARY = 4.0, 3.0, 2.0, 1.0
"""How much a word counts by where it stands; the name is the slug."""
ANOTHER_TIME = 0.25
"""What a word adds where it stands again."""
LEAST_SHARE = 0.3
"""Of the best one's score: what fits worse is not shown."""
MOST_WORDS = 12
"""Nobody means more; the rest of a long text is not read."""
MOST_CHARACTERS = 200
CLOSE_ENOUGH = 78
"""Of 100: how alike a typed word and a known one must be, so that one or two slips are forgiven."""
ENDINGS = frozenset(("", *words_of("s es ed e y ies er ers or ing ings ion ions al")))
UNSAID = frozenset(
    words_of(
        "a about am amazon an and any are as at be by can could did do does for from get give had "
        "has have here how i in into is it its like may me my need of on or our please prep s show "
        "should tell than that the their them there they this to up us vs was we were what when "
        "where which who whom why will with would you your"
    )
)
"""Words that say nothing about the subject."""
ALSO_CALLED: Mapping[str, str] = {
    "amazon": "",
    "burnout": "burn out behind",
    "dp": "dynamic programming",
    "elasticsearch": "inverted index",
    "instagram": "photo sharing feed",
    "kafka": "partitioned logs",
    "llm": "assistant platform",
    "lp": "leadership principles",
    "lps": "leadership principles",
    "microservice": "microservices",
    "netflix": "video streaming",
    "p99": "tail latency",
    "postgres": "sql",
    "rag": "retrieval augmented generation",
    "slo": "service levels",
    "tinyurl": "url shortener",
    "uber": "ride hailing",
    "whatsapp": "chat",
    "youtube": "video streaming",
}
"""Names that people type and the content does not use."""


class Index:
    """Which words lead to which slugs."""

    def __init__(self, entries: Mapping[str, Sequence[tuple[str, float]]]) -> None:
        """`entries` are texts with their weight by slug, the title first; equals keep this order."""
        self._found_by: dict[str, dict[str, float]] = {}
        self._titles: dict[str, str] = {}
        self._lengths: dict[str, int] = {}
        self._order = {slug: position for position, slug in enumerate(entries)}
        for slug, texts in entries.items():
            title = words_of(texts[0][0])
            self._titles[slug] = "".join(title)
            self._lengths[slug] = len(set(title) - UNSAID) or 1
            for text, weight in texts:
                for word in set(words_of(text)):
                    slugs = self._found_by.setdefault(word, {})
                    slugs[slug] = slugs[slug] + weight * ANOTHER_TIME if slug in slugs else weight
        self._vocabulary = tuple(self._found_by)

    def search(self, query: str, most: int) -> tuple[str, ...]:
        """
        Slugs that fit, the best first.

        More of the typed words count more than proportionally, a rare word more than a common one, and a
        short title more than one in which the words are lost.
        """
        typed = words_of(query[:MOST_CHARACTERS])
        words = [also for word in typed for also in ALSO_CALLED.get(word, word).split()]
        telling = list(dict.fromkeys(word for word in words if word not in UNSAID))[:MOST_WORDS]
        scores: dict[str, float] = {}
        hits: dict[str, int] = {}
        for word in telling:
            matched = self._matched(word)
            rarity = math.log(1 + len(self._titles) / max(1, len(matched)))
            for slug, fit in matched.items():
                scores[slug] = scores.get(slug, 0.0) + fit * rarity
                hits[slug] = hits.get(slug, 0) + 1
        for slug, alike in self._with_this_title("".join(typed)):
            scores[slug] = scores.get(slug, 0.0) + alike
            hits[slug] = len(telling)
        for slug, number in hits.items():
            scores[slug] *= (number / max(1, len(telling))) ** 1.5 * (1 + number / (2 * self._lengths[slug]))
        least = max(scores.values(), default=0.0) * LEAST_SHARE
        found = [slug for slug, score in scores.items() if score >= least]
        return tuple(sorted(found, key=lambda slug: (-scores[slug], self._order[slug]))[:most])

    def _matched(self, typed: str) -> dict[str, float]:
        """Slugs that a typed word stands for, with how well."""
        matched: dict[str, float] = {}
        for known, alike in self._alike(typed):
            for slug, weight in self._found_by[known].items():
                matched[slug] = max(matched.get(slug, 0.0), weight * alike)
        return matched

    def _alike(self, typed: str) -> Iterable[tuple[str, float]]:
        """Known words for a typed one, each from 0 to 1. Slips are looked for where nothing fits better."""
        if typed in self._found_by:
            yield typed, 1.0
        if len(typed) < 3 or typed.isdecimal():
            return
        near = [known for known in self._vocabulary if known != typed and _kin(typed, known)]
        yield from ((known, 0.6 if typed in self._found_by else 0.9) for known in near)
        # Short words have no room for slips: every one would be another word.
        if not near and typed not in self._found_by and len(typed) > 3:
            for known, alike, _ in process.extract(
                typed, self._vocabulary, scorer=fuzz.ratio, score_cutoff=CLOSE_ENOUGH, limit=10
            ):
                if len(typed) > 5 or typed[0] == known[0]:
                    yield known, (alike / 100) ** 2 * 0.9

    def _with_this_title(self, joined: str) -> Iterable[tuple[str, float]]:
        """`twosum` and `lru-cahce` are titles too."""
        if len(joined) < 5:
            return
        for _, alike, slug in process.extract(
            joined, self._titles, scorer=fuzz.ratio, score_cutoff=88, limit=3
        ):
            yield slug, alike / 10


def _kin(typed: str, known: str) -> bool:
    """A beginning counts as the word, and so do other endings: `consist`, `negotiate` and `negotiation`."""
    if known.startswith(typed):
        return True
    if typed[:3] != known[:3]:
        return False
    stem = Prefix.similarity(typed, known)
    return stem >= 4 and typed[stem:] in ENDINGS and known[stem:] in ENDINGS
