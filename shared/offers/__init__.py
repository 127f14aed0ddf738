"""What is true of offers whoever holds them: rules without I/O, for the services and for companies."""
