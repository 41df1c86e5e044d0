"""Baobab, a knowledge management system: the organisation knows what it knows, and uses it."""

__version__ = "0.1.0"
