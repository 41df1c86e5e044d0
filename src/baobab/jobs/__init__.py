"""Background work that survives the death of any process, and schedules.

Other apps use `registry.job`, `registry.every`, `run.Run` and `actions.enqueue`.
"""
