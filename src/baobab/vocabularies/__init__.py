"""SKOS schemes, places and languages: the words by which everything is classified."""
