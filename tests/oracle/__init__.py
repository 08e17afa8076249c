"""Who is owed what, and when: a slow calculation, apart from the bot, to hold the bot against."""
