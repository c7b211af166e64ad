"""The web form: what somebody fills in on our own page."""
