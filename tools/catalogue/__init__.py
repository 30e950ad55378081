"""Makes the built-in catalogue of models anew, out of public lists. See `__main__`."""
