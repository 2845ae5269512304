"""The WSGI entry: `granian --interface wsgi cryptouniverse.wsgi:application` serves pages and API.

Where there are many requests, WSGI workers serve them and an ASGI server the sockets
(docs/how-to/serve-many-requests.md). Each worker thread keeps its database connection.
"""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cryptouniverse.settings")

application = get_wsgi_application()
