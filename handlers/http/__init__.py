"""The HTTP doors: webhooks and tracking records in, health and metrics out."""
