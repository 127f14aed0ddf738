"""The entry point: `python -m services.outreach.app`."""

from services.outreach.handlers import handlers
from shared.chassis.jobs import Jobs
from shared.chassis.service import Service

service = Service("outreach", handlers, Jobs())

if __name__ == "__main__":
    service.run()
