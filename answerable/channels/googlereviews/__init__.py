"""Reviews of a place on Google Maps (Google Business Profile) as a channel."""
