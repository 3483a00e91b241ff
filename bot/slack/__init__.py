"""What the Slack doors need beside Slack itself: who may ask, where to answer, what a thread is about, who does it."""
