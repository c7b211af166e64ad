"""RSS, Atom and JSON feeds of forums, blogs and their comments as a channel; answers are posted there by hand."""
