"""The forum's feed app in place of machina's own, as its documents tell how to extend it ("Customizing django-machina")."""
