"""Who may pass what many people said on to deputies."""

from typing import Any

import rules

from accounts.rules import oversees


@rules.predicate
def keeps_area(actor: Any, spot: Any) -> bool:
    """Of the congress office of the area, or of one above it: leaders read, the office works."""
    return oversees(actor, spot.area.path)


rules.add_perm("suggestions.pass_on_hotspot", keeps_area)
