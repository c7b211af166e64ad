"""Telephone calls, as a telephone system or a colleague tells of them."""
