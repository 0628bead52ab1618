"""What the administrator states as fact, and whether the fact sheet agrees."""
