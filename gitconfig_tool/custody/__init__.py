"""What is done with a key in hand: plaintext is checked, values are replaced, versions are merged.

Plaintext stays in memory, and no message holds any. The compiler never imports this package.
"""
