"""Block Kit as Slack accepts it: what is refused, with which code and which words."""

from bot.playground.block_kit.check import Refusal
from bot.playground.block_kit.fill_in import with_ids
from bot.playground.block_kit.surfaces import check_message_blocks, check_view, without_charts

__all__ = ["Refusal", "check_message_blocks", "check_view", "with_ids", "without_charts"]
