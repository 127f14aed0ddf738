"""The entry point: `python -m services.notifications.app`."""

from services.notifications.handlers import handlers
from services.notifications.jobs import jobs
from shared.chassis.service import Service

service = Service("notifications", handlers, jobs)

if __name__ == "__main__":
    service.run()
