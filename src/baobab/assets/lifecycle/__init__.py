"""From draft to tombstone: publish, archive, withdraw, merge, purge."""
