"""Habits in the store: learned in steps, kept, and used by every answer."""
