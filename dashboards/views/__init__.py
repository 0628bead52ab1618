"""One page a file; each shows one thing and takes what it needs."""
