"""How fast Passerelle is, beside its peers, in one run on one machine."""
