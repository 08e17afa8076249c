"""A message as the beginning of a story: Slack's escapes undone."""

from __future__ import annotations

import pytest

from bot.stories.message_text import draft_of, plain


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("&amp;lt;", "&lt;"),
        ("ask <@U1|ines> and <@U2>", "ask @ines and @somebody"),
        ("in <#C1|prep> and <#C2>", "in #prep and #channel"),
        ("<!channel> <!here|here> <!subteam^S1|@team>", "@channel here @team"),
        ("see <https://x.test/a?b=1&amp;c=2>", "see https://x.test/a?b=1&c=2"),
        ("see <https://x.test|the page>", "see the page (https://x.test)"),
        ("<mailto:a@x.test|a@x.test>", "a@x.test"),
        ("1 < 2", "1 < 2"),
        ("", ""),
    ],
)
def test_reads_as_it_was_typed(text: str, typed: str) -> None:
    assert plain(text) == typed


def test_the_first_words_are_the_title() -> None:
    draft, is_cut = draft_of("We moved the orders. It took a year.")

    assert (draft.title, draft.situation) == ("We moved the orders", "We moved the orders. It took a year.")
    assert not is_cut


def test_a_long_message_is_cut_at_a_word_and_says_so() -> None:
    draft, is_cut = draft_of("word " * 2000)

    assert is_cut
    assert len(draft.situation) <= 3000
    assert draft.situation.endswith("word")
    assert len(draft.title) <= 60


def test_a_long_message_without_spaces_is_cut_anywhere() -> None:
    assert len(draft_of("😀" * 5000)[0].situation) == 3000
