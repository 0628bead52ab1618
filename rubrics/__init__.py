"""What good looks like: rubrics, phrase lists per language, fact sheets, and how they are read."""
