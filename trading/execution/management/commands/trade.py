"""`manage.py trade`: the trader. It alone opens the keys of connections, and it alone writes to exchanges."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel.commands import ProductCommand
from trading.connections.services import allow_opening
from trading.execution.trader.house import House


class Command(ProductCommand):
    help = _("Serve every active connection: send orders, listen to the exchanges, reconcile. Until it is stopped.")

    def handle(self, *_args: Any, **_options: Any) -> None:
        allow_opening()
        asyncio.run(_until_stopped(House()))


async def _until_stopped(house: House) -> None:
    work = asyncio.create_task(house.run())
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, work.cancel)
    await asyncio.wait({work})
    if not work.cancelled() and (error := work.exception()):
        raise error
