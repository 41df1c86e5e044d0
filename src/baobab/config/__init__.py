"""Settings, addresses and commands: the one place that knows every app."""
