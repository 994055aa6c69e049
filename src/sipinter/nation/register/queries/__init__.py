"""Reads for the public pages: the register, one agency, the nation's figures."""
