"""The web chat: a small script on a company's own site, and the little network behind it that this installation serves.

Owns: chats and their lines, the HTTP API that takes our answers, and the words of the window. Does not own the addresses that the
script speaks to (portal), nor what becomes of a line (intake).
"""
