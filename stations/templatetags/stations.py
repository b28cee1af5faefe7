"""How far a venue is, in words."""

from django import template

register = template.Library()


@register.filter
def distance_words(metres: float) -> str:
    """“80 米”, “1.2 公里”: rounded as one would say it."""
    return f"{max(round(metres, -1), 10):.0f} 米" if metres < 995 else f"{metres / 1000:.1f} 公里"
