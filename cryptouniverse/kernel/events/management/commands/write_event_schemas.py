"""`manage.py write_event_schemas`: write the JSON schemas that are missing."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from cryptouniverse.kernel.commands import ProductCommand
from cryptouniverse.kernel.events.describing import all_event_types, schema_file, schema_text


class Command(ProductCommand):
    """What is written stays: an event whose fields changed gets a new version, and a file beside the old one."""

    help = _(
        "Write the JSON schema of each event type and version that has none yet; refuse to change one that is there."
    )

    def handle(self, **_options: Any) -> None:
        for event in all_event_types().values():
            file, text = schema_file(event), schema_text(event)
            if not file.exists():
                file.write_text(text)
                self.stdout.write(gettext("Wrote %s.") % file.name)
            elif file.read_text() != text:
                line = gettext("%(event)s no longer is what %(file)s says: raise its version, then write.")
                raise CommandError(line % {"event": event.type, "file": file.name})
