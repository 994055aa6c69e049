"""Helping agencies to improve. It reads assessments and shows on their pages what helps."""
