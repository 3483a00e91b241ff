"""What an open or a click is worth: a trail in, a verdict with its reasons out.

The way through the package, each step a pure function of values:

    signals     each event on its own: who acted, how strongly it speaks, and why
      reading     from its program (agents, signatures, ages), its network (networks) and its moment (timing)
    bursts      events judged together
    delivery    where the email got to: a state machine (smtp: causes in the other server's words)
    trackability, silence     whether anything could have shown, and what it means that nothing did
    habits      what was to be expected of this recipient (mailboxes: by the kind of their mailbox; own: the office's
                own networks)
    arithmetic  the sum of it all, line by line (weights: every number, with its source)
    weighing    all of these laid out
    reasons     the arguments that a sentence can be made of (codes: all of them)
    verdict     the answer

What was to be expected is learned from the own history (lesson, learning; beside: from what else is known), and kept in
pieces that an answer puts together (remembering).

`weigh` gives the verdict; `lay_out` gives the parts and the sum, for checking a verdict by hand.
"""

from bot.evidence.verdict import VERSION, weigh
from bot.evidence.weighing import Weighing, lay_out

__all__ = ["VERSION", "Weighing", "lay_out", "weigh"]
