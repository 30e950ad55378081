"""Reports: diagnostics and values as text and as JSON.

Takes data, returns strings, prints nothing.
"""
