"""`manage.py trade`: the trader. It alone opens the keys of connections, and it alone writes to exchanges."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel.commands import ProductCommand
from trading.connections.services import allow_opening
from trading.execution.trader.house import House
from trading.execution.types import Windows


class Command(ProductCommand):
    help = _("Serve every active connection: send orders, listen to the exchanges, reconcile. Until it is stopped.")

    def handle(self, *_args: Any, **_options: Any) -> None:
        allow_opening()
        windows = Windows().scaled(settings.CU.cu_order_windows_factor)
        asyncio.run(_until_stopped(House(windows=windows)))


async def _until_stopped(house: House) -> None:
    work = asyncio.create_task(house.run())
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, work.cancel)
    await asyncio.wait({work})
    if not work.cancelled() and (error := work.exception()):
        raise error
