"""One module per page that customers see."""
