"""Saved searches with alerts and feeds, and the log of searches that found nothing."""
