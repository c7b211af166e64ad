"""For tests: the cast, plain builders, and ways to look at what happened. Not imported by the product."""
