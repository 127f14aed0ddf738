"""How every service runs: inbox, decisions, outbox, relay, timers, dead letters, telemetry, settings."""
