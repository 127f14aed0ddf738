"""Kafka, PostgreSQL and SMTP on one machine, from package registries: what the demo and the tests run on."""
