"""The entry point: `python -m services.notifications.app`."""

from services.notifications.clients import MailSettings
from services.notifications.handlers import handlers
from services.notifications.jobs import jobs
from shared.chassis.service import Service
from shared.chassis.settings import load

service = Service("notifications", handlers, jobs)

if __name__ == "__main__":
    load(MailSettings)  # a wrong one ends the service here, before an e-mail is claimed
    service.run()
