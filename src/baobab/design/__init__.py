"""The look of every page: base template, components, tokens and the pattern page."""
