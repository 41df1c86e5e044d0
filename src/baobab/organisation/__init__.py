"""Persons, groups, memberships and units: who somebody is, and so what they may read."""
