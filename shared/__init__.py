"""What every service and every company shares: contracts, chassis, client, command line, local stack."""
