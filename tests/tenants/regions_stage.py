"""A small world: whose addresses lie where."""

from contextlib import contextmanager
from pathlib import Path

import maxminddb
from django.conf import settings as django_settings
from django.test import override_settings
from mmdb_writer import MMDBWriter
from netaddr import IPSet

WORLD = {
    "DE": ["198.51.100.0/24", "2001:db8:de::/48"],
    "KP": ["203.0.113.0/24"],
    "US": ["127.0.0.0/8"],
}
GERMAN, KOREAN, NOWHERE, HOME = "198.51.100.7", "203.0.113.7", "192.0.2.7", "127.0.0.1"


def world_file(folder: Path) -> str:
    """A country database in MaxMind's format."""
    writer = MMDBWriter(ip_version=6, database_type="Test-Country", ipv4_compatible=True)
    for country, networks in WORLD.items():
        writer.insert_network(IPSet(networks), {"country": {"iso_code": country}})
    path = folder / "countries.mmdb"
    writer.to_db_file(str(path))
    assert maxminddb.open_database(str(path)).get(GERMAN) == {"country": {"iso_code": "DE"}}
    return str(path)


@contextmanager
def environment(**values):
    """Inside, typed settings are these."""
    with override_settings(CU=django_settings.CU.model_copy(update=values)):
        yield
