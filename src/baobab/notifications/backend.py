"""The mail backend of the whole site: what is sent is queued in the transaction that causes it."""
