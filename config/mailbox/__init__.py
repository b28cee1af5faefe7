"""The demonstration's mailbox: every message that would have gone to a phone. Not in the URL map without DEMO."""
