"""Database and evidence in one file, and back, on either engine. docs/operations.md says how to use it."""
