"""What production runs on, started on loopback: by `make cluster`, by the tests and by the measurements."""
