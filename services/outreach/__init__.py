"""The outreach service; read handlers.py first."""
