"""Two processes that act on the same rows at the same moment: what one after the other would have made."""
