"""Numbers of a report as links to the lists they count: `{% load reports %}{% cell report cell list_url %}`."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from suggestions.reports import Cell, Link, Report

register = template.Library()


@register.simple_tag
def cell(report: Report, shown: Cell, list_url: str, words: str = "") -> SafeString:
    """A count links itself; a rate and an average stand above the numbers they are made of. Nought is no link."""
    first = next(iter(shown.links), None)
    if first is not None and shown.text == str(first.n):
        text = _link(report, first, list_url, words)
        return format_html('{}<span class="report__of">{}</span>', text, shown.note) if shown.note else text
    if not shown.links:
        return format_html("{}", shown.text)
    made = format_html_join(" / ", "{}", ((_link(report, link, list_url, words),) for link in shown.links))
    return format_html('{}<span class="report__of">{}</span>', shown.text, made)


def _link(report: Report, link: Link, list_url: str, words: str) -> SafeString:
    if not link.n:
        return mark_safe("0")
    sr = format_html('<span class="sr">{}</span>', words) if words else ""
    return format_html('<a href="{}?{}">{}{}</a>', list_url, report.address(link), link.n, sr)
