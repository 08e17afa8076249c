"""A Slack workspace on this machine: Web API, Socket Mode and what people do in their clients."""
