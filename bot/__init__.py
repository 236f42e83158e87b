"""The conversation: Rasa's domain, rules and endpoints, and the channel through which the rest of Một Cửa speaks to it.

Runs in Rasa's own environment (Python 3.10, ``bot/pyproject.toml``).
"""
