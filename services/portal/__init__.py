"""The portal: for now the page behind one click in an e-mail; read api.py first."""
