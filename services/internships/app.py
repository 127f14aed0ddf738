"""The entry point: `python -m services.internships.app`."""

from services.internships.handlers import handlers
from services.internships.jobs import jobs
from shared.chassis.service import Service

service = Service("internships", handlers, jobs)

if __name__ == "__main__":
    service.run()
