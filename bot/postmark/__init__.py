"""Postmark: its webhooks, its API over postmarker, and its ways, turned into our records."""
