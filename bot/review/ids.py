"""What buttons that other features draw are called, where they could not import our views."""

ADD = "review.add"
"""On a lesson: let it come back. The value is the card's item."""
