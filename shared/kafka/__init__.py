"""How Kafka is reached: for companies, services and operators alike."""
