"""Title, summary and body in many languages, with their provenance."""
