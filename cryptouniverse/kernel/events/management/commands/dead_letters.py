"""`manage.py dead_letters`: what could not be delivered, and putting it back in the queue."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_noop as _

from cryptouniverse.kernel.commands import ProductCommand
from cryptouniverse.kernel.events.dispatch import replay_dead
from cryptouniverse.kernel.events.selectors import dead_letters

EVERY = "every"


class Command(ProductCommand):
    help = _(
        "List the events that a handler failed on for good; with --replay, put all of them or one back in the queue."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        meaning = gettext("deliver all again, or one")
        parser.add_argument("--replay", nargs="?", const=EVERY, metavar="EVENT_ID", help=meaning)

    def handle(self, *_args: Any, replay: str | None = None, **_options: Any) -> None:
        if replay is not None:
            self._replay(replay)
            return
        letters = dead_letters()
        for letter in letters:
            since = gettext("since %s") % letter.since.isoformat(timespec="seconds")
            self.stdout.write(f"{letter.event_id}  {letter.type}  {letter.handler}  {letter.attempts}  {since}")
        line = ngettext("%(number)d dead letter.", "%(number)d dead letters.", len(letters))
        self.stdout.write(line % {"number": len(letters)})

    def _replay(self, wanted: str) -> None:
        try:
            event_id = None if wanted == EVERY else UUID(wanted)
        except ValueError as error:
            line = gettext("%s is not an event's id: the list begins each line with one.")
            raise CommandError(line % wanted) from error
        number = replay_dead(event_id)
        if event_id and not number:
            raise CommandError(gettext("No dead letter belongs to the event %s.") % event_id)
        self.stdout.write(gettext("%d put back: the next sweep delivers them.") % number)
