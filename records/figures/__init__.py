"""Figures over what the office does: how much, how fast, how well, with small numbers hidden."""
