"""The servers that are compared, each a process of its own, all on the same uvicorn settings.

``python -m bench.servers NAME PORT DATABASE_URL``, where NAME is

* ``seen``: Seen's own doors, with everything they do: authenticate, parse, normalise, commit, answer
* ``bare``: an endpoint that only parses the JSON, written as one writes it with Starlette
* ``barest``: the same with the fastest parser and without request and response objects: the least that can be done
* ``anymail``: django-anymail's Postmark view with one INSERT per event, by Django's WSGI handler on a pool of threads
  (by its ASGI handler, which changes threads for every request, it took half as many)
"""

from __future__ import annotations

import os
import sys
from typing import Any

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bench.bodies import PASSWORD, USER
from handlers.http.server import configure

PATH = "/webhooks/postmark"
ANYMAIL_PATH = "/anymail/postmark/tracking/"


def seen(url: str) -> ASGIApp:
    """Seen's application with everything it has on this path; the tables are made first."""
    from bot.ingest import Writer
    from bot.references import DEFAULT_PATTERN, of_message
    from handlers.http.app import Doors, create_app
    from handlers.http.metrics import Metrics
    from store.database import Database
    from store.migrate import upgrade

    database = Database(url)
    upgrade(database)
    metrics = Metrics()
    writer = Writer(
        database,
        references=lambda message: of_message(message, keys=("job_id",), pattern=DEFAULT_PATTERN),
        observer=metrics,
    )
    return create_app(Doors(writer=writer, metrics=metrics, webhook_users=[USER], webhook_passwords=[PASSWORD]))


async def _bare(request: Request) -> Response:
    await request.json()
    return Response()


class _Barest:
    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        message = await receive()
        body = message["body"]
        while message["more_body"]:
            message = await receive()
            body += message["body"]
        msgspec.json.decode(body)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body"})


def anymail(url: str) -> Any:  # noqa: ANN401 - Django has no types
    """A Django project with nothing but anymail's view and a receiver that inserts a row."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.peer.settings"
    os.environ["BENCH_DATABASE_URL"] = url
    import django

    django.setup()
    from django.core.wsgi import get_wsgi_application

    from bench.peer import receiver

    receiver.create_table()
    return get_wsgi_application()


def config(name: str, port: int, url: str) -> uvicorn.Config:
    """The server of that name, ready to run."""
    if name == "seen":
        return configure(seen(url), port=port)
    if name == "bare":
        return configure(Starlette(routes=[Route(PATH, _bare, methods=["POST"])]), port=port)
    if name == "barest":
        return configure(Starlette(routes=[Route(PATH, _Barest())]), port=port)
    made = configure(anymail(url), port=port)
    made.lifespan, made.interface = "off", "wsgi"
    return made


if __name__ == "__main__":
    uvicorn.Server(config(sys.argv[1], int(sys.argv[2]), sys.argv[3])).run()
