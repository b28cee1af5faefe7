"""Closed lists of suggestions (contract.md §3.6); labels as people read them."""

from django.db import models

from suggestions.states.lists import Grade as SuggestionGrade  # one list for both rooms


class Field(models.TextChoices):
    FINANCE = "finance", "财政经济"
    URBAN_ENV = "urban_env", "城建环保"
    AGRICULTURE = "agriculture", "农业农村"
    EDUCATION_HEALTH = "education_health", "教科文卫"
    JUSTICE = "justice", "监察司法"
    SOCIAL = "social", "社会民生"
    GENERAL = "general", "综合"


class Kind(models.TextChoices):
    FULL = "full", "代表建议"
    SNAP = "snap", "随手拍"


class Priority(models.IntegerChoices):
    """Days to the reply of a snap (即时办)."""

    SEVEN = 7, "7 天"
    FIFTEEN = 15, "15 天"
    THIRTY = 30, "30 天"


class Mode(models.TextChoices):
    SOLE = "sole", "独办"
    MAIN_ASSIST = "main_assist", "主办＋协办"
    SEPARATE = "separate", "分别办理"


class HandlerRole(models.TextChoices):
    MAIN = "main", "主办"
    ASSIST = "assist", "协办"


class RuleCode(models.TextChoices):
    """Why a text is not handled as a suggestion (山东省办理条例 §6 and others, domain.md §2.2)."""

    PERSONAL = "personal", "涉及代表本人或亲属个人事务"
    LETTER = "letter", "代转群众来信、申诉、控告、检举"
    CASE = "case", "监察、审判、检察、仲裁中的具体案件"
    PROMOTION = "promotion", "学术研讨、产品推介"
    EMPTY = "empty", "没有实际内容"
    OUTSIDE_POWERS = "outside_powers", "超出本行政区域职权"
    UNLAWFUL = "unlawful", "与法律法规相抵触"


class SendBackReason(models.TextChoices):
    UNCLEAR = "unclear", "内容不清楚"
    SEVERAL_MATTERS = "several_matters", "不是一事一议"
    INCOMPLETE = "incomplete", "内容不完整"
    WORDING = "wording", "文字需要修改"
    SIGNATURE = "signature", "签名或联名有问题"
    OTHER = "other", "其他"


class ReturnReason(models.TextChoices):
    """Why a reply goes back to be completed (domain.md §2.6)."""

    NO_CONTACT = "no_contact", "未与代表沟通"
    NOT_POINT_BY_POINT = "not_point_by_point", "未逐条答复"
    ASSIST_MISSING = "assist_missing", "未说明协办意见"
    CLASS_WRONG = "class_wrong", "办理结果类别不符"
    FORMAT = "format", "格式或联系人缺漏"
    PRIVACY = "privacy", "泄露个人隐私"


class ContactMethod(models.TextChoices):
    FACE = "face", "面谈"
    PHONE = "phone", "电话"
    VIDEO = "video", "视频"
    MEETING = "meeting", "座谈会"
    VISIT = "visit", "现场调研"
    CHAT = "chat", "微信群"


class ContactStage(models.TextChoices):
    BEFORE = "before", "办前"
    DURING = "during", "办中"
    AFTER = "after", "办后"


class ResultClass(models.TextChoices):
    A = "A", "A 类：已解决或基本解决"
    B = "B", "B 类：部分解决或列入计划"
    C = "C", "C 类：近期不能解决"
    D = "D", "D 类：留作参考"


class Publicity(models.TextChoices):
    FULL = "full", "全文公开"
    SUMMARY = "summary", "摘要公开"
    NONE = "none", "不公开"


class Solved(models.TextChoices):
    YES = "yes", "已解决"
    PARTLY = "partly", "部分解决"
    NO = "no", "未解决"


class MediationOutcome(models.TextChoices):
    REDO = "redo", "再办一次"
    CLOSE = "close", "会商终结"


class AssignmentOutcome(models.TextChoices):
    RATED = "rated", "已评价"
    RATING_EXPIRED = "rating_expired", "逾期未评价"
    RATING_WAIVED = "rating_waived", "无评价人"
    SETTLED = "settled", "会商终结"


class NoteKind(models.TextChoices):
    SITE = "site", "现场督办"
    MEETING = "meeting", "督办会议"
    REPORT = "report", "督办报告"


class Mark(models.TextChoices):
    OBJECTION = "objection", "有单位申请退办"
    REDO_ONE = "redo_one", "有单位重新办理"
    ASSIST_MISSING = "assist_missing", "协办意见逾期"
    RATING_DUE = "rating_due", "待评价"
    EXTENSION = "extension", "延期"
    KEY = "key", "重点督办"
    KEPT = "kept", "已兑现"
    UNKEPT = "unkept", "未兑现"


class FileKind(models.TextChoices):
    PHOTO = "photo", "照片"
    SCAN = "scan", "签名扫描件"
    REPLY = "reply", "答复函"
    MINUTES = "minutes", "记录"
    PROOF = "proof", "证明材料"


# As `GET /choices/` names them; where the contract gives one word to several lists, the verb stands before it.
LISTS = {
    "field": Field,
    "kind": Kind,
    "priority": Priority,
    "mode": Mode,
    "role": HandlerRole,
    "rule_code": RuleCode,
    "send_back_reason_code": SendBackReason,
    "return_reply_reason_code": ReturnReason,
    "method": ContactMethod,
    "stage": ContactStage,
    "result_class": ResultClass,
    "publicity": Publicity,
    "scope": Publicity,
    "attitude": SuggestionGrade,
    "result": SuggestionGrade,
    "solved": Solved,
    "mediate_outcome": MediationOutcome,
    "assignment_outcome": AssignmentOutcome,
    "note_supervision_kind": NoteKind,
    "marks": Mark,
    "file_kind": FileKind,
}
