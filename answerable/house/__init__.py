"""How the rooms are put together and started: settings, addresses, the command line, the embedded database, the demo.

Nothing imports this room. Its parent process and its database supervisor do not import Django, so that they stay small.
"""
