"""A second kind, one folder with two tables, installed by the settings of the tests only."""
