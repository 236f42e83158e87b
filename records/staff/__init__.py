"""Staff: accounts and permissions, sessions, and their work with conversations."""
