"""What editors put first on the page of a topic or a place."""
