"""Django's settings, made of the typed environment (`environment.py`). Nothing here reads `os.environ`."""

import gc
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from cryptouniverse.environment import read_environment
from cryptouniverse.logs import logging_config

gc.disable()  # until all is loaded (`apps.py`): looking through what stays anyway is a fifth of the time to start
CU = read_environment()
BASE_DIR = Path(__file__).resolve().parent.parent
PRODUCTION = CU.cu_profile == "production"
DEBUG = False
SECRET_KEY = CU.secret_key.get_secret_value()
LIVE_TRADING = CU.cu_live_trading

# --- who is served --------------------------------------------------------------------------------------------------
# Any host may knock; the tenant middleware answers only verified domains of active tenants, before anything else runs.
AUDIT_HEADS = CU.cu_audit_heads or str((Path(CU.cu_home) if CU.cu_home else BASE_DIR / ".cu") / "audit-heads")
ALLOWED_HOSTS = ["*"]
TENANT_MODEL = "tenants_provisioning.Tenant"
TENANT_DOMAIN_MODEL = "tenants_provisioning.Domain"
TENANT_BASE_SCHEMA = "t_template"
TENANT_CREATION_FAKES_MIGRATIONS = True
TENANT_LIMIT_SET_CALLS = False
DATABASE_ROUTERS = ("django_tenants.routers.TenantSyncRouter",)
ROOT_URLCONF = "cryptouniverse.urls"
ASGI_APPLICATION = "cryptouniverse.asgi.application"

# --- apps: a model is public or a tenant's, never both (checked) ------------------------------------------------------
SHARED_APPS = [
    "tenants.provisioning",  # before django_tenants, whose command delete_tenant asks nothing
    "django_tenants",
    "tenants.support",
    "tenants.branding",
    "cryptouniverse.kernel.events",
    "trading.marketdata",
    "trading.ceilings",
    "strategies.signals",
    "strategies.scanner",
    "django_celery_beat",
    "tenants.regions",
]
TENANT_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "accounts.users",
    "accounts.security",
    "accounts.scim",
    "accounts.teams",
    "django.contrib.admin",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "django_otp",
    "accounts.apikeys",
    "accounts.tokens",
    "tenants.audit",
    "accounts.webhooks",
    "cryptouniverse.api",
    "credits.ledger",
    "credits.metering",
    "trading.connections",
    "trading.portfolio",
    "trading.risk",
    "trading.execution",
    "strategies.bots",
    "strategies.builder",
    "strategies.hooks",
    "strategies.backtest",
    "strategies.lab",
    "strategies.monitoring",
    "strategies.feed",
    "strategies.managing",
    "strategies.finding",
    "aiengine.consensus",
    "aiengine.autopilot",
]
TABLELESS_APPS = [
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "django_htmx",
    "allauth.socialaccount.providers.google",
    "allauth.socialaccount.providers.github",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "trading.sandbox",
    "cryptouniverse",
]
INSTALLED_APPS = ["unfold.apps.BasicAppConfig", *SHARED_APPS, *TENANT_APPS, *TABLELESS_APPS]  # its templates come first
UNFOLD = {"SHOW_HISTORY": False, "COLORS": {}, "SITE_SYMBOL": "rocket_launch"}  # see docs/decisions/admin-theme.md

MIDDLEWARE = [
    "cryptouniverse.middleware.TenantMiddleware",
    "cryptouniverse.api.middleware.CorrelationMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "cryptouniverse.api.doors.RegionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.users.middleware.PersonMiddleware",
    "cryptouniverse.api.doors.LimitMiddleware",
    "accounts.users.middleware.AccessMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# --- state ------------------------------------------------------------------------------------------------------------
DATABASES = {
    "default": {
        "ENGINE": "cryptouniverse.kernel.postgresql",
        **CU.database(),
        "CONN_MAX_AGE": 300,  # workers and commands; the web process has a pool instead (asgi.py)
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5},
        "ATOMIC_REQUESTS": False,
    }
}
REDIS_URL = CU.redis_url.get_secret_value()
CACHES = {
    "default": {
        "BACKEND": "cryptouniverse.caching.SharedRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_FUNCTION": "cryptouniverse.caching.tenant_key",
    },
    "global": {
        "BACKEND": "cryptouniverse.caching.SharedRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_FUNCTION": "cryptouniverse.caching.global_key",
    },
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": "cu"},
    }
}

# --- work -------------------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 100
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 10 * CELERY_TASK_TIME_LIMIT}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 1
CELERY_TIMEZONE = "UTC"
DJANGO_CELERY_BEAT_TZ_AWARE = True

# --- people -----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts_users.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = ["accounts.users.hashers.Argon2idHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
if CU.cu_profile == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "accounts.security.adapter.AccountAdapter"
ACCOUNT_RATE_LIMITS = False  # counted in accounts.security, over days, and for all of the API
SOCIALACCOUNT_ADAPTER = "accounts.security.social.SocialAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form's way may not lead to another site (form-action); a link's may
SOCIALACCOUNT_PROVIDERS = CU.social_providers()
SOCIALACCOUNT_STORE_TOKENS = False
SMS_SENDER = CU.sms_sender()
EMAIL_BACKEND, EMAIL_TIMEOUT = CU.mail_backend(), 10
EMAIL_HOST, EMAIL_PORT = CU.cu_mail_host, CU.cu_mail_port
EMAIL_HOST_USER, EMAIL_USE_TLS = CU.cu_mail_user, CU.cu_mail_tls
EMAIL_HOST_PASSWORD = CU.cu_mail_password.get_secret_value() if CU.cu_mail_password else ""
DEFAULT_FROM_EMAIL = CU.cu_mail_from
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4_000  # the longest rules that are allowed are a form of so many inputs
SESSION_ENGINE = "accounts.users.store"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "cryptouniverse.api.pages.forged"
SESSION_COOKIE_AGE = 12 * 3600
if PRODUCTION:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    # A customer's own domain gets this header, too: what else is below it is not ours to bind.
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = False
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # they ask for just that
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

# --- faces ------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "cryptouniverse.api.authentication.Bearer",
        "cryptouniverse.api.authentication.TenantSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["cryptouniverse.api.permissions.HasAccess"],
    "DEFAULT_FILTER_BACKENDS": ["cryptouniverse.api.filters.StatedFilters"],
    "DEFAULT_PAGINATION_CLASS": "cryptouniverse.api.pagination.PublicIdPages",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["cryptouniverse.api.parsers.ExactJson"],
    "DEFAULT_SCHEMA_CLASS": "cryptouniverse.api.schema.RuleSchema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "cryptouniverse.api.problems.exception_handler",
    "COERCE_DECIMAL_TO_STRING": True,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "CryptoUniverse API",
    "DESCRIPTION": "Amounts are strings, times are UTC, errors are problem documents (RFC 9457), lists come in pages.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "DEFAULT_GENERATOR_CLASS": "cryptouniverse.api.schema.OnceGenerator",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["cryptouniverse.api.permissions.HasAccess"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "cryptouniverse.api.schema.with_tags",
    ],
    "PREPROCESSING_HOOKS": ["cryptouniverse.api.schema.only_v1"],
    "ENUM_NAME_OVERRIDES": {
        "TradingMode": "trading.ceilings.serializers.MODES",
        "StopMode": "trading.ceilings.serializers.STOP_MODES",
        "TradingKind": "trading.portfolio.api.portfolios.KINDS",
        "Role": "accounts.users.api.ROLES",
        "TeamRole": "accounts.teams.api.ROLES",
        "ApiKeyStatus": "accounts.apikeys.api.STATUSES",
        "FactorMethod": "accounts.security.api.METHODS",
        "ConfirmMethod": "accounts.security.api.TYPED",
        "SentMethod": "accounts.security.api.BY_POST",
        "DeliveryState": "accounts.webhooks.api.STATES",
        "RegionRuleKind": "tenants.regions.api.KINDS",
        "RegionVerdict": "tenants.regions.api.VERDICTS",
        "TicketKind": "trading.execution.tickets.KINDS",
        "TrailSource": "trading.execution.tickets.SOURCES",
        "NumberKind": "strategies.builder.serializers.NUMBER_KINDS",
        "OptimisationState": "strategies.lab.serializers.STATES",
        "SearchMethod": "strategies.lab.serializers.METHODS",
        "TrialState": "strategies.lab.serializers.TRIAL_STATES",
        "BacktestState": "strategies.backtest.serializers.STATES",
        "SettingKind": "strategies.managing.api.KINDS",
        "DeskOrderKind": "strategies.managing.api.ORDER_KINDS",
        "SideEnum": "trading.execution.api.orders.SIDES",
        "TradeDirection": "strategies.backtest.serializers.DIRECTIONS",
        "FoundTradeKindEnum": "strategies.backtest.serializers.FOUND_KINDS",
        "TimeframeEnum": "strategies.backtest.serializers.TIMEFRAMES",
        "TokenCodeKind": "accounts.tokens.api.METHODS",
    },
}
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "static/"
STATIC_ROOT = (Path(CU.cu_home) if CU.cu_home else BASE_DIR / ".cu") / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = CU.cu_profile == "test"  # there each client has a handler, which would read all files
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGGING = logging_config(level=CU.cu_log_level, form="json" if PRODUCTION else CU.cu_log_format)
LOGGING_CONFIG = "logging.config.dictConfig"
