"""A forum of django-machina for the live tests: its settings and addresses. It runs in an environment of its own."""
