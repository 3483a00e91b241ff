"""Where anymail's views are, and the receiver that keeps what they tell."""

from django.urls import include, path

from bench.peer import receiver  # noqa: F401 - importing it connects the signal

urlpatterns = [path("anymail/", include("anymail.urls"))]
