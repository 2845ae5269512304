"""The Celery application: `celery -A cryptouniverse worker` and `beat`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cryptouniverse.settings")

QUEUES = ("default", "market", "execution-paper", "events")
LAB_QUEUES = ("lab",)  # a worker of its own, with one process: what takes a processor for minutes delays no order
COURIER_QUEUES = ("webhooks",)  # a worker of its own, with threads: what waits for strangers' servers holds up nobody

app = Celery("cryptouniverse")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.task_create_missing_queues = True
app.autodiscover_tasks()  # the `tasks.py` of every installed app
