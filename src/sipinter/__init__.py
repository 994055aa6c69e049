"""SIPINTER: measuring and building merit in Indonesia's civil service."""

__version__ = "0.1.0"
