"""Attacks: what others can do with what is not theirs, what nonsense does, and what a flood costs."""
