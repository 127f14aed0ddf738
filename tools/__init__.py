"""Programs that make files of the repository from public packages."""
