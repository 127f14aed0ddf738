"""The entry point: `python -m services.mentoring.app`."""

from services.mentoring.handlers import handlers
from services.mentoring.jobs import jobs
from shared.chassis.service import Service

service = Service("mentoring", handlers, jobs)

if __name__ == "__main__":
    service.run()
