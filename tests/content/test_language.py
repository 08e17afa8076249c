"""How everything a learner reads is written: short, plain, British, and without promises."""

from __future__ import annotations

import re
from collections import defaultdict
from statistics import mean

import pytest

from content.catalog import Catalog
from tests.content.texts import Text, nothing, reading_ease, syllables, words

LONGEST_SENTENCE = 30  # words
LONGEST_MEAN = 20
HARDEST_EASE = 40.0
ENOUGH_WORDS = 100

INVENTED = re.compile(
    r"%|\bguaranteed\b|\b(?:success|pass) rates?\b|\bmost candidates\b|\bstudies show\b|\bresearch shows\b"
    r"|\b(?:statistically|scientifically)\b|\bproven\b",
    re.IGNORECASE,
)
LOUD = re.compile(
    r"!|\bhack(?:s|ing)?\b|\bcrush(?:ed|ing)?\b|\b(?:ninja|rock ?star|guru|superstar)s?\b"
    r"|\bworld[- ]class\b|\bbest[- ]in[- ]class\b|\bmust-haves?\b|\bsecrets? (?:of|to|is|behind)\b",
    re.IGNORECASE,
)
BELITTLING = re.compile(
    r"\bjust\b|(?<!more )\bsimply\b|\bobviously\b|\bof course\b|\beverybody knows\b",
    re.IGNORECASE,
)
AMERICAN = re.compile(
    r"\b(?:behavior|favor|color|honor|labor|neighbor|humor|rumor|harbor|endeavor)\w*"
    r"|\b\w{2,}(?:iz(?:e[sd]?|ing|ations?|er|ers)|yz(?:e[sd]?|ing))\b"
    r"|\b(?:center(?:s|ed)?|theater|fiber|caliber|defense|offense|license[sd]?|catalogs?|dialogs?)\b"
    r"|\b(?:canceled|canceling|labeled|labeling|modeled|modeling|traveled|traveling|traveler|signaled)\b"
    r"|\b(?:enroll?ment|fulfill\b|fulfillment|skillful|judgment|gray|toward|gotten|learned|artifact)\b"
    r"|\b(?:practic(?:ed|ing)|program of work|skeptic\w*|aging)\b",
    re.IGNORECASE,
)
BRITISH_TOO = re.compile(
    r"(?:re|down|over)?siz(?:e[sd]?|ing|ers?)|(?:pri|sei|capsi)z(?:e[sd]?|ing)", re.IGNORECASE
)
SPELT_BY_OTHERS = {"concept aws", "problem title"}
"""Fields of names that are not ours to spell."""

TYPOGRAPHY = {
    "two spaces in a row": re.compile(r"  |[ \t]$|^ |\t", re.MULTILINE),
    "a typographic quote; the others are straight": re.compile("[\u2018\u2019\u201c\u201d\u201e]"),
    "a dash; use a comma, a colon or a full stop": re.compile("[\u2013\u2014]"),
    "three full stops; use the one character": re.compile(r"\.\.+"),
    "a space before a mark": re.compile(r" [.,;:?]"),
    "a mark that opens or closes nothing": re.compile(r"\( | \)|\[\]|\(\)"),
    "a character that Slack reads as mark-up": re.compile(r"[&<>~]|:[a-z_]+:"),
    "a mark-up Slack does not know": re.compile(r"\*\*|__|\]\(|^#", re.MULTILINE),
    "an abbreviation": re.compile(r"\b(?:e\.g|i\.e|etc|approx|incl)\b\.?|\bvs\b", re.IGNORECASE),
}

MONEY = re.compile(r"[$€£¥]|\b(?:USD|EUR|GBP)\b|\d ?(?:dollars|euros|pounds)\b")
MONEY_IS_THE_SUBJECT = {"design", "scenario", "quantify"}
"""A payment system has sums to size, and an example story has a result. Neither is a price or a pay."""
PAY = re.compile(
    r"\b(?:salar(?:y|ies)|wages?|bonus(?:es)?|sign-on|shares|base pay|compensation)\b", re.IGNORECASE
)
ABOUT_THE_INTERVIEW = {"text", "faq", "message", "reading", "competency", "principle"}


def test_sentences_can_be_read_once(texts: tuple[Text, ...]) -> None:
    """Plans are left to their own tests, which end a sentence at a colon, because a pass rule is a list."""
    long = [
        f"{len(words(sentence))} words, {text.place}"
        for text in texts
        for sentence in text.sentences
        if len(words(sentence)) > LONGEST_SENTENCE and text.kind != "plan"
    ]

    nothing(long)


def test_the_usual_sentence_of_a_field_is_short(texts: tuple[Text, ...]) -> None:
    lengths: dict[str, list[int]] = defaultdict(list)
    for text in texts:
        lengths[text.field] += [len(words(sentence)) for sentence in text.sentences]

    assert {field: mean(found) for field, found in lengths.items() if mean(found) > LONGEST_MEAN} == {}


def test_longer_texts_are_written_in_plain_english(texts: tuple[Text, ...]) -> None:
    nothing(
        f"{reading_ease(text):.0f}, {text.place}"
        for text in texts
        if len(words(text.text)) >= ENOUGH_WORDS and reading_ease(text) < HARDEST_EASE
    )


@pytest.mark.parametrize(
    ("word", "spoken"),
    [("cache", 1), ("story", 2), ("table", 2), ("measured", 2), ("availability", 6), ("trade-off", 2)],
)
def test_syllables_are_counted_as_they_are_spoken(word: str, spoken: int) -> None:
    assert syllables(word) == spoken


def test_plain_english_measures_easier_than_officialese() -> None:
    plain = Text(
        "", "", "", "You led a team. It was late. You found out why, and you told the people who waited."
    )
    official = Text(
        "", "", "", "Organisational accountability necessitates comprehensive communication strategies."
    )

    assert reading_ease(plain) > 90 > 0 > reading_ease(official)


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(INVENTED, id="no figure that nobody counted"),
        pytest.param(LOUD, id="nothing shouted"),
        pytest.param(BELITTLING, id="nothing that makes a difficulty look like the reader's fault"),
    ],
)
def test_words_we_do_not_use(texts: tuple[Text, ...], pattern: re.Pattern[str]) -> None:
    """A security card may keep secrets and a queue may give guarantees: those words have a plain meaning."""
    nothing(text.around(found) for text in texts for found in pattern.finditer(text.text))


def test_the_spelling_is_british(texts: tuple[Text, ...]) -> None:
    american = [
        text.around(found)
        for text in texts
        if text.field not in SPELT_BY_OTHERS
        for found in AMERICAN.finditer(text.text)
        if not BRITISH_TOO.fullmatch(found.group())
    ]

    nothing(american)


@pytest.mark.parametrize("flaw", TYPOGRAPHY)
def test_marks_are_set_the_same_way_everywhere(texts: tuple[Text, ...], flaw: str) -> None:
    nothing(text.around(found) for text in texts for found in TYPOGRAPHY[flaw].finditer(text.text))


def test_quotes_brackets_and_mark_up_are_closed_in_the_line_they_open_in(texts: tuple[Text, ...]) -> None:
    unclosed = [
        text.place
        for text in texts
        for line in text.text.split("\n")
        if line.count('"') % 2
        or line.count("(") != line.count(")")
        or line.count("`") % 2
        or line.count("*") % 2
    ]

    nothing(unclosed)


def test_a_field_holds_sentences_or_labels_and_never_both(texts: tuple[Text, ...]) -> None:
    """So lists look alike: either all of their lines end with a mark or none does. A title may ask."""
    ends: dict[str, dict[bool, list[str]]] = defaultdict(lambda: {True: [], False: []})
    for text in texts:
        ends[text.field][bool(re.search(r"[.?][\"')*]*$", text.text))].append(text.place)
    mixed = [
        place
        for field, both in ends.items()
        if both[True] and both[False]
        for place in min(both.values(), key=len)
        if not (field.endswith("title") and place.rstrip("'\"").endswith("?"))
    ]

    nothing(mixed)


def test_texts_begin_with_a_capital_or_a_number(texts: tuple[Text, ...]) -> None:
    """Keywords are words to search by."""
    begun = [text for text in texts if text.field != "text keywords"]

    nothing(text.place for text in begun if not re.match(r"[A-Z0-9\"*•`{]", text.text.lstrip('"*•_ ')))


def test_leadership_principles_carry_their_full_names(catalog: Catalog, texts: tuple[Text, ...]) -> None:
    """Small letters mean the plain words: a service has an ownership, a team can earn trust."""
    names = [principle.name for principle in catalog.principles.values()]
    full = re.compile("|".join(map(re.escape, names)))
    shortened = re.compile(
        r"\b(?:Customer Obs|Invent and|Are Right|Learn and Be|Hire and|Insist on the|Think Big|Bias for"
        r"|Earn Trust|Dive Deep|Have Backbone|Disagree and|Deliver Results|Best Employer|Success and Scale"
        r"|Broad Resp|Highest Standards)"
    )
    found = [
        f"{text.kind} {text.slug}, {text.path}: {full.sub('*', text.text)[hit.start() : hit.end() + 30]!r}"
        for text in texts
        for hit in shortened.finditer(full.sub("*", text.text))
    ]

    nothing(found)


def test_leadership_principle_is_written_with_capitals(texts: tuple[Text, ...]) -> None:
    small = re.compile(r"leadership principles?|Leadership principles?|leadership Principles?")

    nothing(t.place for t in texts if t.field != "text keywords" and small.search(t.text))


def test_nothing_names_a_price_or_a_pay(texts: tuple[Text, ...]) -> None:
    prices = [
        t.around(m) for t in texts if t.kind not in MONEY_IS_THE_SUBJECT for m in MONEY.finditer(t.text)
    ]
    pay = [
        text.place
        for text in texts
        if text.kind in ABOUT_THE_INTERVIEW
        for sentence in text.sentences
        if PAY.search(sentence) and re.search(r"\d", sentence)
    ]

    nothing(prices + pay)
