"""Records and folders from outside into any kind."""
