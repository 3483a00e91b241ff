"""The Slack doors: commands, mentions and direct messages, shortcuts, buttons, windows, and the Home tab."""
