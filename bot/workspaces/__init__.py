"""The workspaces the bot is installed in: who may call Slack there, and what is delivered to them."""
