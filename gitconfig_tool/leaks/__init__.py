"""Credentials in the clear, in any file: found by a scanner behind one small interface.

Says of what kind a credential is and where it stands, never the credential.
"""
