"""What every part may use and nothing of the domain: identifiers, clock, text, Markdown, errors."""
