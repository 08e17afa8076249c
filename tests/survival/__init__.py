"""What delivery has to survive: twenty-seven troubles, and the books after each. See RELIABILITY.md."""
