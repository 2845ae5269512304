"""Write `docs/errors.md` from the errors that the product states."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from cryptouniverse.api.registry import errors_page
from cryptouniverse.kernel.commands import ProductCommand


class Command(ProductCommand):
    help = _("Write docs/errors.md from the error registry.")
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        page = settings.BASE_DIR / "docs" / "errors.md"
        page.write_text(errors_page(), encoding="utf-8")
        self.stdout.write(gettext("Wrote %s.") % page.relative_to(settings.BASE_DIR))
