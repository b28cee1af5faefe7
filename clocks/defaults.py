"""Every clock and every switch of the rules, with its default and what it rests on. A RulePolicy row only overrides it.

Spans: "5wd" working days, "30d" days, "3m" months, "24h" hours (they run through nights and holidays).

A clock's rungs are what happens beyond the standard warnings: each an offset from the due date, "0" when it has
passed, "24h+2wd" two working days after a day after, "-5wd" from the beginning of that working day on. The function of
a rung is bound by the room that owns the object (`clocks.on_due`), in the same order. `repeat`: the last rung comes
again each time.

The standard warnings need no rung: yellow and orange before the date, red when it has passed ("red"), then each week to
the holder and one level up ("above-1" …), until somebody acts. Between them the board and 今日清单 say it, and no notice
comes twice: one that says each morning what was said yesterday is soon read by nobody.

`owed` False: nobody in office is late when it runs out (a citizen's window, a sign of life): no warnings, no place in
lists.
`window` True: a right that lapses; the sweep closes it by itself.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Clock:
    span: str
    rungs: tuple[str, ...] = ()
    repeat: str = ""
    owed: bool = True
    window: bool = False
    basis: str = "[P]"


@dataclass(frozen=True)
class Policy:
    value: Any
    basis: str = "[P]"
    least: int | None = None  # what a number may be
    most: int | None = None


# Who hears of a reply that is late: gov_office, special_committee, council_leader, then each quarter.
LADDER = ("15d", "30d", "3m")

SPANS: dict[str, Clock] = {
    # -- opinion: screening
    "opinion.screen": Clock("1wd", ("0", "1wd")),  # head told · holder one level up
    "opinion.review": Clock("3wd", basis="信访工作条例 §36 的复核，从严 [P]"),
    "opinion.review_window": Clock("15d", owed=False, window=True),
    "opinion.transcribe": Clock("1wd"),
    "opinion.erase_accusation": Clock("7d", owed=False),
    # -- opinion: who takes it up
    "opinion.claim": Clock("24h", ("0", "24h", "24h+2wd", "24h+12wd")),  # station · town, dwc · dwc_lead · above
    "opinion.first_contact": Clock("2wd"),  # 小事快办
    "opinion.answer": Clock("5wd", ("5wd", "10wd")),  # dwc told, may release · parent's dwc
    "opinion.coordinate": Clock("7wd", ("5wd", "10wd")),
    "opinion.idle": Clock("5wd", ("0",), owed=False),  # release; coordinating: policy opinion.idle_coordinating
    # -- opinion: hazards, by the hour
    "opinion.hazard": Clock("2h", ("0",), repeat="2h"),
    "opinion.secure": Clock("24h", ("0",), repeat="2h"),
    # -- opinion: at a unit
    "opinion.refer_decision": Clock("1wd"),
    "opinion.refer": Clock("15wd", ("5wd", "10wd"), repeat="7d", basis="12345 承办规则 13 个工作日左右 [P]"),
    "opinion.question": Clock("5wd"),
    "opinion.settle_extension": Clock("1wd", ("0",)),  # silence is refusal
    "opinion.confirm": Clock("2wd", ("0", "1wd")),  # head may confirm · pass_on
    "opinion.share_contact": Clock("1wd", owed=False),
    # -- opinion: escalated
    "opinion.send_draft": Clock("10wd", ("-3wd", "0")),  # reminder · come_back
    "opinion.life_sign": Clock("30d", ("0",), repeat="30d", owed=False, basis="信访工作条例 §22 定期告知 [P]"),
    "opinion.confirm_escalated": Clock("5wd", ("0",)),  # pass_on
    # -- opinion: with the citizen
    "opinion.rate": Clock("7d", ("-2d", "0"), owed=False),  # said beforehand · close_unrated
    "opinion.reopen_window": Clock("15d", owed=False, window=True),
    "opinion.explain": Clock("10wd"),
    "opinion.tell": Clock("2wd", ("2wd",)),  # 待告知: head by red · dwc
    "opinion.untold": Clock("30d", ("0",), owed=False),  # windows start, dwc told
    # -- suggestion
    "suggestion.hand_over": Clock("5wd", basis="山东省办理条例 §10；青岛市条例 §14"),
    "suggestion.hand_over_session": Clock("1m", basis="山东省办理条例 §10；上海市规定 §15"),
    "suggestion.cosigning": Clock("30d", ("0",), repeat="30d", owed=False),
    "suggestion.returned": Clock("10wd", ("0",), repeat="30d"),
    "suggestion.take_lead": Clock("10wd", ("0",)),  # nobody took the lead: withdrawn or acting convener
    "suggestion.take_lead_turn": Clock("5wd", ("0",), owed=False),  # the next co-signer's turn
    "suggestion.withdraw_request": Clock("10wd", ("0",), owed=False),
    "suggestion.publish": Clock("20wd", basis="国办发〔2014〕46 号；安徽 20 个工作日"),
    "suggestion.archive": Clock("40wd"),
    # -- assignment: the work
    "assignment.dispatch": Clock("5wd", ("5wd",)),  # dwc asked to reassign
    "assignment.sign": Clock("2wd"),
    "assignment.objection": Clock("5wd", ("0",), owed=False, basis="山东省办理条例 §12；青岛市条例 §19"),  # system sign
    "assignment.settle": Clock("5wd"),
    "assignment.first_contact": Clock("20wd", basis="重庆市条例 §18"),
    "assignment.confirm_contact": Clock("10wd", ("0",), owed=False),  # silence: 代表未确认
    "assignment.opinion": Clock("1m", ("0",), basis="山东省办理条例 §21；青岛市条例 §24"),  # mark_missing
    "assignment.late_opinion": Clock("10wd"),
    "assignment.reply": Clock("3m", LADDER, repeat="3m", basis="代表法 §51；山东省办理条例 §19"),
    "assignment.settle_extension": Clock("3wd"),
    "assignment.return": Clock("5wd", owed=False, window=True),
    "assignment.rate": Clock("20wd", ("-5wd", "0"), basis="重庆市条例 §27"),  # reminder · expire_rating
    "assignment.give_view": Clock("10wd", owed=False, window=True),
    "assignment.attitude": Clock("5wd", ("0",)),  # pass_attitude
    "assignment.call_both": Clock("2wd"),
    "assignment.redo": Clock("1m", LADDER, repeat="3m", basis="山东省办理条例 §24"),
    "assignment.mediate": Clock("15wd", basis="重庆市条例 §27；河南省办法 §22"),
    # -- commitment
    "commitment.promise": Clock("3m", ("0", *LADDER), repeat="3m", basis="山东省办理条例 §18"),  # 督办通知单
    "commitment.report": Clock("3m", basis="重庆市条例 §24"),
    "commitment.rate_commitment": Clock("20wd", ("-5wd", "0"), basis="重庆市条例 §28"),  # reminder · dwc checks
    "commitment.check": Clock("10wd"),
    "commitment.settle_change": Clock("5wd"),
    "commitment.end": Clock("30d", ("0",), repeat="7d"),  # after two changes
    # -- livelihood projects
    "round.collect": Clock("30d"),  # until the announced end of collecting
    "project.screen": Clock("20wd"),  # a proposal gets its first answer
    "project.report": Clock("10wd", ("5wd",), basis="民生实事季度通报，惯例 [P]"),  # after each quarter · dwc told
    "project.finish": Clock("30d", ("0",)),  # until the day the version names · dwc told
    "project.forward": Clock("10wd"),  # the government's office passes a request for adjustment on
    "project.decide": Clock("20wd"),  # and the congress decides on it
    "project.accept_work": Clock("20wd"),
    "project.evaluate": Clock("30d"),
    # -- a street's deliberative assembly
    "assemblymember.publicise": Clock("5wd", ("0",), owed=False),  # at least so long; then the committee may confirm
    "assemblyopinion.accept": Clock("5wd"),
    "assemblyopinion.complete": Clock("10wd"),
    "assemblyopinion.assign": Clock("5wd"),
    "assemblyopinion.reply": Clock("15wd", ("5wd",)),  # the committee is asked to chase or reassign
    "assemblyopinion.reply_long": Clock("3m", ("15d",)),
    "assemblyopinion.redo": Clock("1m", ("15d",)),
    "assemblyopinion.rate": Clock("15wd", ("0",)),  # close_unrated
    # -- inquiry and what follows of it
    "inquiry.list": Clock("10wd"),
    "rectification.accept": Clock("3wd"),
    "rectification.finish": Clock("2m", LADDER, repeat="3m"),  # as a rule to the day the list names
    "rectification.redo": Clock("1m", LADDER, repeat="3m"),
    "rectification.check": Clock("10wd"),
    "rectification.review": Clock("3m"),  # what runs for long reports each quarter
    "deliberation.hand_over": Clock("10wd"),
    "deliberation.report": Clock("2m", LADDER, repeat="3m", basis="监督法 §17 规定的“及时”，按两个月 [P]"),
    "deliberation.redo": Clock("1m", LADDER, repeat="3m"),
    "deliberation.comment": Clock("10wd", ("0",)),  # pass_comment
    "deliberation.publish": Clock("20wd", basis="监督法 §17、§50"),
    "deliberation.second": Clock("2m", ("0",), owed=False, basis="青州市二次听取 [P]"),  # fall_due
    "deliberation.hear": Clock("1m"),
    "appraisaltarget.progress": Clock("1m"),
    "appraisal.follow_up": Clock("2m"),
    "judicial.feed_back": Clock("20wd"),  # the letter after the vote
    # -- reports of duty
    "dutysession.hold": Clock("5wd"),  # after the day it was called for
    "dutysession.publish": Clock("20wd"),
    "dutyreport.write": Clock("10wd"),  # as a rule to the day the call names
    "dutyreport.rectify": Clock("1m", ("15d",), basis="平凉市人大代表述职办法 [P]"),  # council told
    "dutyreport.check": Clock("10wd"),
    # -- cosign
    "cosign.reminder": Clock("3wd", ("0",), owed=False),
}

POLICIES: dict[str, Policy] = {
    # When warnings begin: shares of what the whole span is, with caps (rule 6 of the arithmetic)
    "warnings": Policy(
        {"yellow": "1/3", "yellow_cap": 15, "orange": "1/6", "orange_cap": 5, "short": "1/2", "short_days": 2}
    ),
    # Reports
    "reports.rank_floor": Policy(10),  # rated matters below which a unit is not ranked: 样本太少
    "reports.public_floor": Policy(10),  # citizens' words below which no public rate is shown
    "reports.call_back_share": Policy(10),  # per cent of ratings entered by another hand that are called back
    # Opinions
    "opinion.trust_verified": Policy(True),  # a clean opinion from a verified phone to a deputy is accepted at once
    "opinion.refer_by": Policy("station_head"),  # or station_staff: who may send to a unit
    "opinion.idle_coordinating": Policy("7wd"),
    "opinion.station_claims_after": Policy("24h"),
    "opinion.town_claims_after": Policy("48h"),
    "opinion.last_claimant_first": Policy("24h"),  # after reopening
    "opinion.send_back": Policy("2wd"),
    "opinion.answer_quick": Policy("5wd"),
    "opinion.refer_quick": Policy("5wd"),
    "opinion.extension_longest": Policy("15wd"),
    "opinion.share_contact_for": Policy("7d"),
    "opinion.reopen_times": Policy(1),
    "opinion.show_people_from": Policy(5),
    "opinion.many_people": Policy({"people": 10, "within": "30d"}),
    "opinion.photo_window": Policy("1h"),
    "opinion.tell_before_30d": Policy("30d"),
    "opinion.routes": Policy(
        {
            "village": ["village", "property", "town"],  # village or community station
            "town": ["town", "department_town", "hotline"],  # town or street station
            "never": ["court", "procuratorate", "supervision"],  # guided elsewhere
        },
        "代表法 §31：代表不直接办理",
    ),
    "contact.openings_a_day": Policy(20),
    # Suggestions
    "suggestion.restart_on_reassign": Policy(True),  # 3 months anew from the new 交办, never beyond the longest
    "suggestion.snap": Policy({"1": "7d", "2": "15d", "3": "30d"}),  # 即时办: priority class → reply
    "suggestion.withdraw_open_for": Policy("10wd"),
    "assignment.longest": Policy("6m", "代表法 §51；山东省办理条例 §19"),
    "assignment.objections": Policy(1),
    "assignment.reply_anyway_within": Policy("5wd"),  # a reply this near may go out without a late assist
    "assignment.contact_attempts": Policy({"attempts": 3, "days": 2}),
    "commitment.changes": Policy(2),
    # Messages, but for hazards; one rule for everybody
    "messages.quiet_from": Policy(21, least=0, most=23),  # o'clock; the same hour twice: no quiet time
    "messages.quiet_to": Policy(8, least=0, most=23),
    "messages.a_day": Policy(3, least=1, most=50),  # to one person; what is more is gathered into one
    # Polls: who is “all” is 实有代表, suspended seats among them; quorum and majority are shares of it
    "poll.majority": Policy({"quorum": [2, 3], "majority": [1, 2], "of": "actual"}, "地方组织法 §14、§25"),
    "poll.advice": Policy(
        {"quorum": [1, 2], "quorum_over": True, "majority": [1, 2], "of": "actual"},
        "街道议事代表会通行做法：过半数到会、过半数赞成 [P]",
    ),
    "poll.suspended_count": Policy(True, "暂停执行职务的仍计入全体代表（惯常理解，待省人大确认）[P]"),
    # Livelihood projects: points behind its nodes, and days a report is late, from which the light is red; days of grace
    "project.light": Policy({"red": 15, "late_red": 30, "grace": 14}),
    "project.ballot": Policy(
        {"more": 20}, "候选比拟定数多两成 [P]"
    ),  # per cent of candidates beyond the places: a hint
    # Ratings after an inquiry: by half of who is there; whole committee: "of": "actual"
    "inquiry.rating": Policy({"quorum": None, "majority": [1, 2], "of": "present"}, "深圳满意度测评规则 [P]"),
    # The score sheet of a work appraisal: weights are a hundred together
    "appraisal.sheet": Policy(
        [
            {"name": "问题整改", "weight": 40},
            {"name": "投诉变化", "weight": 20},
            {"name": "建议办理", "weight": 20},
            {"name": "日常履职", "weight": 20},
        ],
        "坊子区部门专项工作评议 [P]",
    ),
    # The sheet by which a judge's or prosecutor's sampled case is scored: weights are a hundred together
    "judicial.sheet": Policy(
        [
            {"name": "程序合法", "weight": 30},
            {"name": "事实和证据", "weight": 25},
            {"name": "适用法律", "weight": 25},
            {"name": "文书质量", "weight": 20},
        ],
        "泉州市法官检察官履职评议案件评查表 [P]",
    ),
    # Reports of duty: voters who have to come, and the grades of the place: fitness (优秀…不称职) or content (满意…不满意)
    "duty.least_voters": Policy(50, "东山镇述职评议办法 [P]", least=1, most=1000),
    "duty.grades": Policy("fitness", "各地述职评议办法 [P]"),
    # What a role in an assignment is called here
    "labels.main": Policy("主办"),
    "labels.assist": Policy("协办"),
    "labels.separate": Policy("分办"),
}
