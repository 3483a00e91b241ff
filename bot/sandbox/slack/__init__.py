"""A stand-in for Slack on a real port: the Web API, its rules and limits, and people who use the app.

``Slack`` is all that demo and tests need: it has the people (``Person``) whose commands, clicks, shortcuts and messages
really reach the app, signed as Slack signs them or through Socket Mode. It shares no code with what it is used to test,
nor with Slack's SDK.
"""

from bot.sandbox.slack.people import Role
from bot.sandbox.slack.person import NotPossible, Person, Said
from bot.sandbox.slack.slack import Slack
from bot.sandbox.slack.state import Message, Told, View
from bot.sandbox.slack.wire import Delivery

__all__ = ["Delivery", "Message", "NotPossible", "Person", "Role", "Said", "Slack", "Told", "View"]
