"""English words the story coach looks for, and how a text falls into words and sentences."""

from __future__ import annotations

import re

WORD = re.compile(r"[^\W_]+(?:['\u2019\-.,][^\W_]+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?…\u3002\uff01\uff1f\u061f])\s+|\n+")
LONGEST_QUOTE = 140

_NUMBER_WORDS = (
    "zero two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds "
    "thousand thousands million millions billion half third thirds double doubled twice triple tripled dozen"
)
NUMBER = re.compile(rf"\d+(?:[.,]\d+)*|\b(?:{'|'.join(_NUMBER_WORDS.split())})\b", re.IGNORECASE)
BASELINE = re.compile(
    r"\b(?:from|before|instead of|compared (?:with|to)|than|previously|used to|had been|baseline)\b",
    re.IGNORECASE,
)
PERIOD = re.compile(
    r"\b(?:days?|weeks?|months?|quarters?|years?|quarterly|monthly|weekly|daily|annual(?:ly)?|yearly|hours?"
    r"|within|since|until|overnight|night|weekend|january|february|march|april|june|july|august|september"
    r"|october|november|december|spring|summer|autumn|winter|q[1-4]|(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
DATE = re.compile(
    r"\b(?:(?:19|20)\d\d|january|february|march|april|june|july|august|september|october|november|december"
    r"|in may|(?:last|this) (?:year|month|spring|summer|autumn|fall|winter|quarter)|ago|q[1-4])\b",
    re.IGNORECASE,
)
BLAME = re.compile(
    r"\b(?:(?:their|his|her) (?:own )?fault|refused to listen|(?:would|did)(?:n['\u2019]t| not)"
    r" (?:listen|care)|incompetent|because of (?:them|him|her)|let (?:me|us) down|lazy|useless|clueless)\b",
    re.IGNORECASE,
)
LEARNING = re.compile(
    r"\b(?:since then|ever since|since|learn(?:t|ed)|lesson|now i|i now|today i|next time|from then on)\b",
    re.IGNORECASE,
)
# Past participles after a form of "to be", without those that are said of a state of mind.
_PARTICIPLES = (
    "made built done taken given written chosen found held sent told brought led run set cut sold kept won "
    "put hit met seen shown known begun driven drawn thrown split laid paid rebuilt rewritten rolled"
)
_STATES = (
    "involved excited worried interested supposed tired concerned pleased scared stressed convinced used "
    "needed limited based related overwhelmed surprised frustrated motivated determined prepared confused"
)
PASSIVE = re.compile(
    r"\b(?:was|were|been|being|got)\s+(?:[a-z]+ly\s+)?"
    rf"(?!(?:{'|'.join(_STATES.split())})\b)(?:[a-z]{{2,}}ed|{'|'.join(_PARTICIPLES.split())})\b",
    re.IGNORECASE,
)
HIDDEN_SHARE = re.compile(
    r"\b(?:help(?:ed|ing) (?:with|to|out)|(?:was|were|being) (?:[a-z]+ly )?involved in|support(?:ed|ing)"
    r"|participat(?:ed|ing) in|contribut(?:ed|ing) to|assist(?:ed|ing)|took part in|was part of)\b",
    re.IGNORECASE,
)
THEORY = re.compile(
    r"\bI would\b|\bI['\u2019]d\b|\b(?:usually|typically|generally|normally|in general|I always|I tend to)\b",
    re.IGNORECASE,
)
VAGUE = re.compile(
    r"\b(?:a lot|lots of|significant(?:ly)?|many|huge(?:ly)?|much (?:better|faster|more|less|easier)|various"
    r"|numerous|massive(?:ly)?|substantial(?:ly)?|dramatic(?:ally)?|great(?:ly)? (?:improved|success|results)"
    r"|considerabl[ey]|a number of|tons of|several|countless)\b",
    re.IGNORECASE,
)
_WE = frozenset(("we", "us", "our", "ours", "ourselves"))
_I = frozenset(("i", "me", "my", "mine", "myself"))


def words_of(text: str) -> list[str]:
    """The words, as they are written."""
    return WORD.findall(text)


def sentences_of(text: str) -> list[str]:
    """The sentences and lines, without the empty ones."""
    return [found for sentence in _SENTENCE_END.split(text) if (found := sentence.strip())]


def says_we(word: str) -> bool:
    """Whether it speaks of a group with the teller in it; `US` is a country."""
    return word != "US" and _stem(word) in _WE


def says_i(word: str) -> bool:
    """Whether it speaks of the teller; `i.e.` does not."""
    return _stem(word) in _I


def _stem(word: str) -> str:
    return re.split(r"['\u2019]", word.lower(), maxsplit=1)[0]


def sentence_with(text: str, phrase: str) -> str:
    """The first sentence in which the phrase stands, or the phrase."""
    return next((sentence for sentence in sentences_of(text) if phrase in sentence), phrase)


def clip(text: str, longest: int = LONGEST_QUOTE) -> str:
    """On one line, cut at a word where it is too long."""
    line = " ".join(text.split())
    if len(line) <= longest:
        return line
    head, space, _ = line[:longest].rpartition(" ")
    return (head if space and len(head) > longest // 2 else line[: longest - 1]) + "…"
