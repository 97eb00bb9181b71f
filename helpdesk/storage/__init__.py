"""Where the desk's truth is kept: SQLAlchemy Core tables, one unit of work, SQLite or PostgreSQL."""
