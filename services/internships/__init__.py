"""The internships service; read handlers.py first."""
