"""Rebuilds the list of networks that Seen knows: ``python -m networks``, or ``make networks``.

``bot/evidence/data/networks.json`` is made of two things: what is kept by hand (``hand_kept.json``, each block with its
source), and the prefixes that mail-security firms announce, selected by their network numbers from a published package
(``@ip-location-db/asn``, npm; locked in ``package-lock.json``). What other firms have, the Python package iporigin says
at run time.
"""
