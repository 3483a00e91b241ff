"""Habits in the store: learned from the history in small steps, and known to every answer.

lessons    how much of the history is looked at, read part by part
steps      `Learning`: what a scheduler calls; one step at a time, by one process at a time
known      what an answer knows of its recipients, by one query
servers    whose mailboxes a domain has, as DNS tells
"""

from bot.learning.steps import Learning

__all__ = ["Learning"]
