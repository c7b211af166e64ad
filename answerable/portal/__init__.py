"""Pages for customers: the form, and what a visitor of the town square sees.

Owns nothing but pages. Does not own what people say (conversations).
"""
