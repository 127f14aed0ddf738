"""The entry point: `python -m services.internships.app`."""

from services.internships.handlers import handlers
from shared.chassis.jobs import Jobs
from shared.chassis.service import Service

service = Service("internships", handlers, Jobs())

if __name__ == "__main__":
    service.run()
