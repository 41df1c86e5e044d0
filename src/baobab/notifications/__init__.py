"""Mail that is queued in the transaction that causes it and delivered once."""
