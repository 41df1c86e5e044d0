"""The set of assets whose derived copies are out of date."""
