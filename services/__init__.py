"""The services: the four programmes' and the portal; none imports another."""
