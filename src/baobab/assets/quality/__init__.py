"""Marks that say what was checked, by whom and when."""
