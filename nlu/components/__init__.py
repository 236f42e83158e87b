"""Rasa components on ``nlu.text``; loaded in Rasa's own environment (Python 3.10) only."""
