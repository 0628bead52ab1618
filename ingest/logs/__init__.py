"""What the telephone system wrote of each call: one module a format, joined into calls."""
