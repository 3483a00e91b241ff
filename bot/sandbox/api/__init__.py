"""The stand-in's HTTP API: which address does what."""
