"""Time limits, promised ones and legal ones.

Owns: rules as dated data with their source, working calendars, and the arithmetic of both.
"""
