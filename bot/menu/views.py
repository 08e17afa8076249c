"""The short private menu, the help page, and the answer to something typed that we do not know."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, SectionBlock

from bot import mrkdwn, words
from bot.home.next_thing import next_blocks, next_sentence
from bot.home.overview import Overview
from bot.outgoing import Post
from bot.words import Word

WORDS = (Word("help", "help", "everything I can do"),)
LONGEST_ECHO = 40


def menu_post(overview: Overview, *, lead: str | None = None) -> Post:
    """The one next thing, and buttons for the rest."""
    sentence = f"{lead} {next_sentence(overview)}" if lead else next_sentence(overview)
    text = sentence.translate(str.maketrans("", "", "*`"))  # marks would be read aloud
    blocks = next_blocks(overview, lead=lead)
    return Post(text=f"{text} Type /prep help for everything I can do.", blocks=[b.to_dict() for b in blocks])


def help_post(known: Sequence[Word]) -> Post:
    """Every word after /prep."""
    lines = [f"• `{words.COMMAND}`: the one next thing to do"]
    lines += [f"• `{words.COMMAND} {word.usage}`: {word.meaning}" for word in known]
    privacy = "Only you see what I answer here. Your answers, scores and plan are shown to nobody else."
    blocks: list[Block] = [
        SectionBlock(text="*What I can do*\n" + "\n".join(lines), expand=True),
        SectionBlock(text=f"You can also write to me in our direct message, or open my Home tab. {privacy}"),
    ]
    plain = "; ".join(f"{words.COMMAND} {word.usage}: {word.meaning}" for word in known)
    text = f"What I can do. {words.COMMAND}: the one next thing to do; {plain}. {privacy}"
    return Post(text=text, blocks=[block.to_dict() for block in blocks])


def unknown_lead(typed: str, known: Sequence[Word]) -> str:
    """What we made of a word we do not know, with the nearest one we do."""
    word = mrkdwn.escape(typed[:LONGEST_ECHO])
    guess = words.nearest(typed, known)
    if guess is not None:
        return f"I do not know “{word}”. Did you mean `{words.COMMAND} {guess.name}`?"
    return f"I do not know “{word}”. `{words.COMMAND} help` lists everything I can do."
