"""Near-duplicates and look-alikes: texts that say the same, and records that speak of the same thing."""

# Under this name changed assets are marked for the look-out for look-alikes.
CONSUMER = "lookalikes"
