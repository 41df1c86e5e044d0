"""Saved searches with alerts and feeds, and the log of searches that found nothing."""

# The name under which changed assets wait to be compared with the saved searches.
CONSUMER = "alerts"
