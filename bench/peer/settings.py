"""Django's settings: no middleware, a kept-open connection, and on SQLite the same durability that Seen has."""

import os
from typing import Any

from sqlalchemy import make_url

from bench.bodies import PASSWORD, USER

_url = make_url(os.environ["BENCH_DATABASE_URL"])

SECRET_KEY = "bench"
ALLOWED_HOSTS = ["*"]
USE_TZ = True
INSTALLED_APPS = ["anymail", "bench.peer"]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "bench.peer.urls"
ANYMAIL = {"WEBHOOK_SECRET": f"{USER}:{PASSWORD}"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGGING_CONFIG = None

DATABASES: dict[str, dict[str, Any]]
if _url.get_backend_name() == "sqlite":
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": _url.database,
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "init_command": "PRAGMA synchronous=FULL",
                "transaction_mode": "IMMEDIATE",
                "timeout": 10,
            },
        }
    }
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": _url.database,
            "USER": _url.username or "",
            "PASSWORD": _url.password or "",
            "HOST": _url.host or _url.query.get("host") or "",
            "PORT": str(_url.port or ""),
            "CONN_MAX_AGE": None,
        }
    }
