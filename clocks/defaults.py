"""Every clock and every switch of the rules, with its default and what it rests on. A RulePolicy row only overrides it.

Spans: "5wd" working days, "30d" days, "3m" months, "24h" hours (they run through nights and holidays).

A clock's rungs are what happens beyond the standard warnings: each an offset from the due date, "0" when it has
passed, "24h+2wd" two working days after a day after, "-5wd" from the beginning of that working day on. The function of
a rung is bound by the room that owns the object (`clocks.on_due`), in the same order. `repeat`: the last rung comes
again each time.

The standard warnings need no rung: yellow and orange before the date, red when it has passed ("red"), then each morning
to the holder ("red-1", "red-2" …) and each week one level up ("above-1" …), until somebody acts.

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
    # -- cosign
    "cosign.reminder": Clock("3wd", ("0",), owed=False),
}

POLICIES: dict[str, Policy] = {
    # When warnings begin: shares of what the whole span is, with caps (rule 6 of the arithmetic)
    "warnings": Policy(
        {"yellow": "1/3", "yellow_cap": 15, "orange": "1/6", "orange_cap": 5, "short": "1/2", "short_days": 2}
    ),
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
    # What a role in an assignment is called here
    "labels.main": Policy("主办"),
    "labels.assist": Policy("协办"),
    "labels.separate": Policy("分办"),
}
