"""The Python client: publish what the contracts name, read what became of it."""
