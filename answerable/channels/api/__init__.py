"""Messages that programs hand in over our own API: an app, a call centre, a shop."""
