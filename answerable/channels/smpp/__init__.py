"""SMS by way of a centre for short messages (SMPP 3.4), as carriers and aggregators offer it."""
