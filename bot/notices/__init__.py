"""Saying things unasked, in Slack, exactly once: alerts, reminders, watches, digests and our own troubles."""
