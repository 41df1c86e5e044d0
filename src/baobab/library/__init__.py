"""Knowledge products: the first kind."""
