"""The contracts: every event, its topic, its key and its rules. Imports nothing of ours."""
