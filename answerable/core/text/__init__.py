"""What is done to words everywhere: decode, fold, tokenise, mask, make HTML safe. Pure functions."""
