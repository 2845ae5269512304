"""`python -m tests.tenants`: the isolation crawl in the test profile, as `./cu manage isolation_crawl` starts it."""

import logging
import sys

import tests.environment  # noqa: F401  # says where the servers are, and names a Redis database of our own

if __name__ == "__main__":
    import django

    django.setup()
    logging.getLogger().handlers.clear()  # what is logged is looked at, not shown
    from tests.tenants.crawler import main

    sys.exit(main())
