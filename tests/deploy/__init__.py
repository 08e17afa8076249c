"""What ships the bot: image, compose files and systemd unit; `python -m tests.deploy` rehearses the image."""
