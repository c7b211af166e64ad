"""The pages of the staff: what is next, one case, the search, the channels and their truth, the settings.

Owns the look (`static/`, `templates/`) that the customers' pages use too, and the live stream. Owns no rows.
A view loads through `core.access`, calls one verb of another room and renders.
"""
