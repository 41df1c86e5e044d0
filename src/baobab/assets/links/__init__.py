"""Typed links between assets, read both ways."""
