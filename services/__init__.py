"""The four programmes' services; none imports another."""
