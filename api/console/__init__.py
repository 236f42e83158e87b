"""The staff console, an application of its own under ``/console``."""
