"""Auricle listens to a clinic's phone calls and tells the truth about them."""

__version__ = "0.1.0"
