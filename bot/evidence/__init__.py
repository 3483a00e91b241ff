"""What an open or a click is worth: events in, a verdict with its reasons out."""
