"""What people do with accounts: invite, accept, change a team, keep one's own profile."""
