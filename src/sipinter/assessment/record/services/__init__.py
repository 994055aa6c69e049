"""Writes to the shared record of an assessment, one function an action."""
