"""What higher rooms may listen to: the only upward use of signals."""

from django.dispatch import Signal

seat_changed = Signal()  # sender=Seat, seat, verb, by: after any verb of a seat, in its transaction
leave_changed = Signal()  # sender=Deputy, deputy, until (date or None), by: 请假代管 begun, moved or ended
