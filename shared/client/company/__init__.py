"""What a company's command does: read its files, check them offline, send them, follow what became of each."""
