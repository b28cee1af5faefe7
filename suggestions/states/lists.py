"""Closed lists of opinions (contract.md §3.6); labels as people read them."""

from django.db import models


class Category(models.TextChoices):
    URBAN = "urban", "城乡建设"
    LABOUR = "labour", "劳动社保"
    EDUCATION = "education", "教育文化"
    COMMERCE = "commerce", "市场经营"
    HEALTH = "health", "医疗卫生"
    TRANSPORT = "transport", "交通出行"
    ENVIRONMENT = "environment", "生态环境"
    RURAL = "rural", "农业农村"
    SAFETY = "safety", "公共安全"
    OTHER = "other", "其他"


class Urgency(models.TextChoices):
    NORMAL = "normal", "一般"
    QUICK = "quick", "小事快办"
    HAZARD = "hazard", "安全隐患"


class Channel(models.TextChoices):
    WEB = "web", "网上"
    STATION = "station", "来站"
    PAPER = "paper", "信件"
    CALL = "call", "电话"
    HOTLINE = "hotline", "12345 热线"


class TellBy(models.TextChoices):
    """How an author without a mobile is told; also the way in which it was done."""

    PHONE = "phone", "打手机"
    VISIT = "visit", "来站告知"
    LANDLINE = "landline", "打座机"
    VILLAGE = "village", "村（社区）干部转告"
    DELIVERY = "delivery", "上门送达"


class Concern(models.TextChoices):
    STATION = "station", "本联络站"
    TOWN = "town", "本镇街"
    DEPUTY = "deputy", "这位代表"
    DEPARTMENT = "department", "代表所在单位"


class RejectReason(models.TextChoices):
    """Why a matter does not belong here (domain.md §3.1)."""

    LITIGATION = "litigation", "应通过诉讼、仲裁、复议解决"
    PETITION = "petition", "信访事项"
    ACCUSATION = "accusation", "检举控告"
    PERSONAL = "personal", "个人之间的纠纷"
    ILLEGAL = "illegal", "含有违法内容"
    DUPLICATE = "duplicate", "本人已反映过同一件事"
    OUTSIDE = "outside", "不属于本地区或本渠道"
    UNCLEAR = "unclear", "内容不清楚，无法联系核实"


class FilterList(models.TextChoices):
    """What the word filter asks a reader to look at (suggestions/filters.py)."""

    ACCUSATION = "accusation", "可能是检举控告"
    LITIGATION = "litigation", "可能涉及诉讼、仲裁"
    PETITION = "petition", "可能是信访事项"
    ABUSE = "abuse", "有辱骂的话"
    ADVERTISING = "advertising", "可能是广告"
    GAMBLING = "gambling", "可能涉及赌博"
    HARM = "harm", "有伤人或轻生的话，请马上联系本人"


class Grade(models.TextChoices):
    SATISFIED = "satisfied", "满意"
    BASICALLY = "basically", "基本满意"
    DISSATISFIED = "dissatisfied", "不满意"


class OpinionSolved(models.TextChoices):
    YES = "yes", "已解决"
    PARTLY = "partly", "部分解决"
    NO = "no", "没解决"


class Complaint(models.TextChoices):
    """Reasons given by taps when a citizen is not satisfied."""

    NOT_SOLVED = "not_solved", "没解决"
    NO_CONTACT = "no_contact", "没人联系我"
    TOO_SLOW = "too_slow", "拖得太久"
    UNTRUE = "untrue", "说法不对"
    NOT_SAME = "not_same", "不是同一件事"
    OTHER = "other", "其他"


class OpinionOutcome(models.TextChoices):
    RATED = "rated", "已评价"
    UNRATED = "unrated", "未评价"
    SELF_SOLVED = "self_solved", "自行解决"
    UNSETTLED = "unsettled", "两次办理仍不满意"


class EnteredWay(models.TextChoices):
    """How a rating entered by another hand was given."""

    PAPER = "paper", "签字回单"
    VOICE = "voice", "电话回访"


class TalkOutcome(models.TextChoices):
    """What came of talking with all sides where they disagree whether it was solved."""

    SOLVED = "solved", "三方都认为已解决"
    AGAIN = "again", "承办单位继续办"
    EXPLAINED = "explained", "已说明，各自保留意见"


class CallOutcome(models.TextChoices):
    """What the author of a rating entered by another hand says when called back."""

    SAME = "same", "与代录一致"
    DIFFERS = "differs", "与代录不一致"
    UNREACHED = "unreached", "没有联系上"


class PhotoStage(models.TextChoices):
    BEFORE = "before", "反映时"
    AFTER = "after", "办理后"


# Where to go instead, said with each reason: an address and a telephone always belong to a refusal.
GUIDANCE: dict[str, str] = {
    "litigation": "这件事要通过诉讼、仲裁或行政复议解决。可拨打 12348 法律服务热线，或到当地公共法律服务中心咨询。",
    "petition": "这件事属于信访事项。请到当地信访局反映，或拨打 12345。",
    "accusation": "检举控告请直接向纪检监察机关反映，电话 12388，或到当地纪委监委信访室。",
    "personal": "这是个人之间的纠纷。可以找村（社区）人民调解委员会调解，或拨打 12348。",
    "illegal": "内容不能在这里受理。如有危险或违法线索，请拨打 110。",
    "duplicate": "您已经反映过这件事，请用原来的编号和查询码查看进度。",
    "outside": "这件事不属于人大代表联系群众的范围，建议您拨打 12345。",
    "unclear": "我们没有看明白要反映的事，也联系不上您。请写清地点和情况再提交一次，或拨打联络站电话。",
}

LISTS = {
    "category": Category,
    "urgency": Urgency,
    "channel": Channel,
    "tell_by": TellBy,
    "way": TellBy,
    "concerns": Concern,
    "reason_code": RejectReason,
    "reasons": Complaint,
    "grade": Grade,
    "outcome": OpinionOutcome,
    "entered_way": EnteredWay,
    "photo_stage": PhotoStage,
}
