"""What internships keeps in PostgreSQL."""

from services.internships.store import applications, duplicates, offers

__all__ = ["applications", "duplicates", "offers"]
