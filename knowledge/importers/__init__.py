"""Readers of the files in which authorities publish procedures, all into ``knowledge.model``."""
