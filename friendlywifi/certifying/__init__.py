"""From evidence to a certificate, and what becomes of it: requests, decisions, keys and lists of trust."""
