"""Resumable uploads by the tus 1.0 protocol (core, creation, creation-with-upload, checksum, termination,
expiration)."""
