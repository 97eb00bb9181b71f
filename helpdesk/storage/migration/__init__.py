"""Alembic's environment; `upgrade` brings a database to the schema of this release."""
