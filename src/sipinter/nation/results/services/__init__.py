"""Loading what was published about earlier years."""
