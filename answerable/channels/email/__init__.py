"""E-mail: one mailbox, heard over our own SMTP listener or IMAP, answered over SMTP."""
