"""Our apps and tables without what we put around a request: the settings of `benchmarks.bare`."""

from cryptouniverse.settings import *  # noqa: F403
from cryptouniverse.settings import DATABASES, INSTALLED_APPS

INSTALLED_APPS = [app for app in INSTALLED_APPS if not app.startswith("allauth")]  # it asks for its middleware
ROOT_URLCONF = "benchmarks.bare"
MIDDLEWARE = ["django_tenants.middleware.main.TenantMainMiddleware"]
ALLOWED_HOSTS = ["*"]
LOGGING_CONFIG: str | None = None  # type: ignore[no-redef]  # the star above brings another one
DATABASES["default"]["ENGINE"] = "django_tenants.postgresql_backend"
