"""What the portal answers over HTTP: clicks in e-mails, and the search of open offers."""
