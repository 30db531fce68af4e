"""Proof that what was written stays as it was: one hash over all entries, signed, to be kept in other hands.

Nothing here knows a record, a database or Django: whoever checks a seal elsewhere needs these few pages alone.
"""
