"""What Facebook, Messenger, Instagram and WhatsApp have in common, as pure helpers: their Graph, its signatures and errors.

It is no channel itself; the folders `facebook`, `instagram` and `whatsapp` are.
"""
