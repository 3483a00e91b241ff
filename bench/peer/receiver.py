"""Keeps each event of anymail's in one INSERT."""

from anymail.signals import AnymailTrackingEvent, tracking
from django.db import connection, models
from django.dispatch import receiver


class Event(models.Model):  # type: ignore[misc]  # Django has no types
    """What anymail made of a webhook, and the webhook itself."""

    event_type = models.TextField()
    message_id = models.TextField(null=True)  # noqa: DJ001 - unknown is not empty
    recipient = models.TextField(null=True)  # noqa: DJ001 - the same
    at = models.DateTimeField(null=True)
    raw = models.JSONField()

    class Meta:
        app_label = "peer"
        db_table = "peer_event"
        indexes = (models.Index(fields=("message_id",), name="peer_message"),)

    def __str__(self) -> str:
        return f"{self.event_type} {self.pk}"


def create_table() -> None:
    """Makes the table unless it is there; SQLite's write-ahead log stays switched on in the file."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=WAL")
    if "peer_event" not in connection.introspection.table_names():
        with connection.schema_editor() as editor:
            editor.create_model(Event)


@receiver(tracking)  # type: ignore[untyped-decorator]  # Django has no types
def keep(event: AnymailTrackingEvent, **_: object) -> None:
    """One event, one INSERT."""
    Event.objects.create(
        event_type=event.event_type,
        message_id=event.message_id,
        recipient=event.recipient,
        at=event.timestamp,
        raw=event.esp_event,
    )
