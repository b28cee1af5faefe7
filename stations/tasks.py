"""What the worker does for this room: posters for more people than a request has time for, venues with much to pass on."""

from deputies.posters import issue
from ground import paper
from ground.errors import Invalid
from ground.jobs import Running, runner
from stations import posters
from stations.forms import VENUE_ACTS
from stations.models import Venue


@runner("posters")
def print_posters(job: Running) -> str:
    """One PDF, a page for each code, in the order in which they are handed out; drawn by chunks, so memory is bounded.

    A name with a character no font has is left out and said, so that one name does not keep a whole city waiting.
    """
    paper.require_font()
    job.progress(0, 1, "正在排顺序")
    codes = posters.chosen(job.body["what"], job.body["of"], by=job.by)
    if not codes:
        raise Invalid("what", "没有可以印的代表码、站点码，请核对后再试。")
    issued = issue(posters.organs_of(codes), size=job.body["size"], place=job.body["place"], by=job.by)
    parts, missed = [], []
    for start in range(0, len(codes), posters.PAGES):
        chunk = posters.sheets(issued[code] for code in codes[start : start + posters.PAGES])
        can = [sheet for sheet in chunk if not sheet.undrawable]
        missed += [f"{sheet.name}（{sheet.code}）" for sheet in chunk if sheet.undrawable]
        if can:
            parts.append(posters.drawn(can))
        job.progress(min(start + posters.PAGES, len(codes)), len(codes), "正在排版")
    if not parts:
        raise paper.NoFont(f"字体里没有这些名字里的字：{'、'.join(missed)[:120]}。请安装含生僻字的中文字体。")
    job.keep(paper.joined(parts), name=f"{job.job.title}.pdf", mime=paper.MIME)
    left_out = f"字体缺字、没有印的：{'、'.join(missed)}"[:160] + "。" if missed else ""
    return f"共 {len(codes) - len(missed)} 张，按镇街、联络站的顺序排好，可以直接打印。{left_out}"


@runner("venue-verb")
def decide_about_venue(job: Running) -> str:
    return VENUE_ACTS.perform(job, Venue.objects.select_related("organ", "parent").get(pk=job.body["pk"]))
