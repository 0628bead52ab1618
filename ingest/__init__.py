"""What happened on the line: recordings and the clinic's logs become Calls."""
