"""The smallest Django project that takes Postmark's webhooks through django-anymail and keeps them."""
