"""Portals: one page of everything about a topic, about a place, or about a topic in a place."""
