"""Running the site: backup and restore, health, metrics, logs, what is unsafe in the settings."""
