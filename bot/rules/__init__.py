"""Rules: which emails are important, how long they may stay without a sign, and their words. Pure."""
