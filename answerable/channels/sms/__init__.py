"""SMS and MMS by way of Twilio: pushed in, answered over its API, and fetched after an outage."""
