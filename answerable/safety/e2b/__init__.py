"""ICH E2B(R3): individual case safety reports as XML. Written and read by one picture (`icsr.xml`), checked by `rules`."""
