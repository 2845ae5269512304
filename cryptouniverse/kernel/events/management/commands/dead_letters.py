"""`manage.py dead_letters`: what could not be delivered, and putting it back in the queue."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from cryptouniverse.kernel.events.dispatch import replay_dead
from cryptouniverse.kernel.events.selectors import dead_letters

EVERY = "every"


class Command(BaseCommand):
    help = "List the events that a handler failed on for good; with --replay, put all of them or one back in the queue."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--replay", nargs="?", const=EVERY, metavar="EVENT_ID", help="deliver all again, or one")

    def handle(self, *_args: Any, replay: str | None = None, **_options: Any) -> None:
        if replay is not None:
            self._replay(replay)
            return
        letters = dead_letters()
        for letter in letters:
            since = letter.since.isoformat(timespec="seconds")
            self.stdout.write(f"{letter.event_id}  {letter.type}  {letter.handler}  {letter.attempts}  since {since}")
        self.stdout.write(f"{len(letters)} dead letters.")

    def _replay(self, wanted: str) -> None:
        try:
            event_id = None if wanted == EVERY else UUID(wanted)
        except ValueError as error:
            raise CommandError(f"{wanted} is not an event's id: the list begins each line with one.") from error
        number = replay_dead(event_id)
        if event_id and not number:
            raise CommandError(f"No dead letter belongs to the event {event_id}.")
        self.stdout.write(f"{number} put back: the next sweep delivers them.")
