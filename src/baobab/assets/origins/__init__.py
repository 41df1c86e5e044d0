"""Where an asset came from, so that importing the same again changes nothing."""
