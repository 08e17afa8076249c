"""Slack's Web API, method by method."""

from bot.playground.web_api.dispatch import Answer, answer

__all__ = ["Answer", "answer"]
