"""The entry point: `python -m services.portal.app`."""

from services.portal.api.site import PortalSettings, site
from services.portal.handlers import handlers
from shared.chassis.jobs import Jobs
from shared.chassis.service import Service
from shared.chassis.settings import load

service = Service("portal", handlers, Jobs(), pages=site)

if __name__ == "__main__":
    load(PortalSettings)  # a wrong one ends the service here, before it answers
    service.run()
