"""The notifications service; read handlers.py first."""
