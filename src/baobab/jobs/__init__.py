"""Background work that survives the death of any process, and schedules."""
