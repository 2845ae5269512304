"""Django's database backend for tenants: django-tenants', which sets the search path when the server has another one.

django-tenants sets it before every statement, or remembers that it did and may be wrong after a rollback. PostgreSQL
since 18 reports each change of the search path by itself, with the answer to the statement that made it: what the
connection was last told is what is so, after a rollback, `SET LOCAL` or a new connection, too. An older server reports
nothing, and is told before every statement.
"""

from __future__ import annotations

from typing import Any

from django_tenants.postgresql_backend import base


class DatabaseWrapper(base.DatabaseWrapper):  # type: ignore[misc]  # django-tenants has no types
    """A connection on which every statement runs in the schema that was entered."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._held: tuple[Any, str] | None = None  # what was entered, and how the server names that path
        super().__init__(*args, **kwargs)

    def hold_path(self) -> None:
        """Connect if need be, and have the path of the schema that was entered; for cursors that are not Django's."""
        self.ensure_connection()
        self._handle_search_path()

    def _handle_search_path(self, cursor: Any = None) -> None:
        entered = (self.schema_name, self.include_public_schema)
        reported = self._reported()
        if reported is not None and self._held == (entered, reported):
            return
        self._held = None
        super()._handle_search_path(cursor)
        reported = self._reported()
        if reported is not None and self.search_path_set_schemas:
            self._held = (entered, reported)

    def _reported(self) -> str | None:
        """The search path as the server last told it; None before PostgreSQL 18."""
        told: str | None = self.connection.info.parameter_status("search_path")
        return told
