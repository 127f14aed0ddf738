"""The mentoring service; read handlers.py first."""
