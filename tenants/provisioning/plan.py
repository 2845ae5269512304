"""Which migrations a schema needs, and the states between them: worked out once, used for every schema.

Django loads the graph and renders each state anew per schema, which is where its time goes. A schema's own labels are
all that is migrated in it; what they stand on in the other schema counts for the states only.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from itertools import groupby
from pkgutil import iter_modules

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.migrations import AddConstraint, AddIndex, CreateModel, Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from tenants.provisioning.grants import narrowed_tables

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """One operation of a migration, with the project's state before and after it."""

    operation: Operation
    before: ProjectState
    after: ProjectState


class Plan:
    """The migrations of some apps in the order of their dependencies, and what is between them.

    keys: what has to be applied in a schema of these apps. names: the same as "app.migration", sorted. version: a hash
    of them and of what the role `app` may do there.
    """

    def __init__(self, loader: MigrationLoader, labels: Collection[str]) -> None:
        self._loader = loader
        self._order = _in_order(loader, labels)
        self.keys = [_key(m) for m in self._order if m.app_label in labels]
        self._rows = {_key(m): set(recorded_as(m)) for m in self._order}
        self.names = sorted({".".join(row) for key in self.keys for row in self._rows[key]})
        facts = json.dumps([self.names, narrowed_tables()], sort_keys=True)
        self.version = hashlib.sha256(facts.encode()).hexdigest()

    def missing(self, applied: Set[Key]) -> list[Migration]:
        """What a schema that has `applied` still needs, in order. A squash counts as applied with all it replaces."""
        missing = {key for key in self.keys if not self._rows[key] <= applied}
        return [m for m in self._order if _key(m) in missing]

    def steps(self, needed: Collection[Key]) -> Mapping[Key, list[Step]]:
        """The operations of the migrations `needed`, ready to run against any number of schemas."""
        left, steps = set(needed), {}
        state = ProjectState(real_apps=self._loader.unmigrated_apps)
        for migration in self._order:
            if not left:
                break
            if _key(migration) not in left:
                migration.mutate_state(state, preserve=False)
                continue
            left.discard(_key(migration))
            own = list(_walked(migration, state))
            steps[_key(migration)] = own
            state = own[-1].after if own else state
        return steps


@lru_cache(maxsize=1)
def loaded() -> MigrationLoader:
    """All migrations on disk, read once in this process. Raises ImproperlyConfigured for one that is not atomic."""
    loader = MigrationLoader(None)
    for (label, name), migration in loader.disk_migrations.items():
        if not migration.atomic:
            raise ImproperlyConfigured(f"{label}.{name} is not atomic: a kill would leave half of it in a schema.")
    return loader


def public_plan() -> Plan:
    """What the public schema needs."""
    return Plan(loaded(), labels_of(settings.SHARED_APPS))


def tenant_plan() -> Plan:
    """What a tenant's schema needs."""
    return Plan(loaded(), labels_of(settings.TENANT_APPS))


def names_on_disk(names: Collection[str]) -> frozenset[str]:
    """ "app.migration" of every migration file of these apps, without loading one: what this release knows."""
    found = set()
    for label in labels_of(names):
        module, _explicit = MigrationLoader.migrations_module(label)
        spec = find_spec(module) if module else None
        for place in (spec.submodule_search_locations or []) if spec else []:
            found |= {f"{label}.{info.name}" for info in iter_modules([place]) if info.name[0] not in "_~"}
    return frozenset(found)


def labels_of(names: Collection[str]) -> frozenset[str]:
    """The labels of the apps with these names."""
    return frozenset(config.label for config in apps.get_app_configs() if config.name in names)


def recorded_as(migration: Migration) -> list[Key]:
    """Under which keys a migration stands in `django_migrations`: its own, and those that it replaces."""
    return [_key(migration), *((label, name) for label, name in migration.replaces)]


def _walked(migration: Migration, state: ProjectState) -> Iterator[Step]:
    """Neighbours of one kind share their states, for to render one is what takes the time.

    Each of them writes its own part and no other, so that it may see that its neighbours' parts are there already.
    """
    for kind, neighbours in groupby(migration.operations, key=_shares_states):
        for operations in [list(neighbours)] if kind else [[operation] for operation in neighbours]:
            state.apps  # noqa: B018  # rendered once; the clone takes it along
            after = state.clone()
            if len(operations) > 1:
                after.__dict__.pop("apps", None)
            for operation in operations:
                operation.state_forwards(migration.app_label, after)
            yield from (Step(operation, state, after) for operation in operations)
            state = after


def _shares_states(operation: Operation) -> str:
    """The kind of operations that may share a state, or nothing. A table is made with all that its state has."""
    if isinstance(operation, CreateModel):
        return "tables"
    return "conditions" if isinstance(operation, (AddConstraint, AddIndex)) else ""


def _in_order(loader: MigrationLoader, labels: Collection[str]) -> list[Migration]:
    ordered: dict[Key, Migration] = {}
    for target in sorted(node for node in loader.graph.leaf_nodes() if node[0] in labels):
        for key in loader.graph.forwards_plan(target):
            ordered.setdefault(key, loader.graph.nodes[key])
    return list(ordered.values())


def _key(migration: Migration) -> Key:
    return (migration.app_label, migration.name)
