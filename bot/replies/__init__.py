"""How Seen speaks: the same words for every surface, then the surfaces one by one."""
