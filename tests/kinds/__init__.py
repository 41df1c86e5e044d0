"""Kinds of their own for tests."""
