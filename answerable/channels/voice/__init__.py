"""Telephone calls by way of Twilio: told of while they happen, put through, recorded only where the caller agreed."""
