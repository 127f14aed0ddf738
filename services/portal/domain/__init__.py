"""Pure decisions of the portal: what a click's page says, and what is searched for."""
