"""Reclame Aqui, the Brazilian complaint site, by its API for companies (RA Trust, formerly HugMe)."""
