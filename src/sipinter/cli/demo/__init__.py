"""The demonstration: invented agencies and people on the real register and the real published history."""
