"""What pages are made of: addresses, cached reads, words and pieces of HTML."""
