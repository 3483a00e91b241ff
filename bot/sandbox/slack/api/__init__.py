"""The Web API: one module for each family of methods, ``routes`` for which of them needs what."""
