"""The portal: the page behind one click in an e-mail, and the search of open offers; read api/ first."""
