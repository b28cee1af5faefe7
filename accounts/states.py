"""Kinds and roles: closed lists that rules and contract name."""

from django.db import models


class OrganKind(models.TextChoices):
    CONGRESS = "congress", "人民代表大会"
    COMMITTEE = "committee", "专门委员会、工作机构"
    GOVERNMENT = "government", "人民政府"
    DEPARTMENT = "department", "部门"
    TOWN = "town", "乡镇"
    STREET = "street", "街道"
    COURT = "court", "人民法院"
    PROCURATORATE = "procuratorate", "人民检察院"
    HOTLINE = "hotline", "12345 热线"


class Level(models.TextChoices):
    NATION = "nation", "全国"
    PROVINCE = "province", "省级"
    CITY = "city", "市级"
    COUNTY = "county", "县级"
    TOWN = "town", "乡级"


class RegionLevel(models.TextChoices):
    PROVINCE = "province", "省"
    CITY = "city", "市"
    COUNTY = "county", "县、区"
    TOWN = "town", "乡镇、街道"
    VILLAGE = "village", "村、社区"
    ESTATE = "estate", "小区"


class Role(models.TextChoices):
    """Functions in an organ (domain.md §1.6). The organ's kind decides who fills them."""

    DWC_CLERK = "dwc_clerk", "代表工委经办"
    DWC_LEAD = "dwc_lead", "代表工委负责人"
    SESSION_SECRETARIAT = "session_secretariat", "大会秘书处议案建议组"
    GOV_OFFICE = "gov_office", "政府办公室"
    HANDLER_CLERK = "handler_clerk", "承办经办人"
    HANDLER_LEAD = "handler_lead", "承办负责人"
    SPECIAL_COMMITTEE = "special_committee", "专（工）委"
    COUNCIL_LEADER = "council_leader", "主任会议成员"
    SC_MEMBER = "sc_member", "常委会组成人员"
    LIAISON = "court_proc_liaison", "法院、检察院联络员"
    SYS_ADMIN = "sys_admin", "系统管理员"
    SEC_ADMIN = "sec_admin", "安全管理员"
    AUDIT_ADMIN = "audit_admin", "审计管理员"


ADMINISTRATORS = (Role.SYS_ADMIN, Role.SEC_ADMIN, Role.AUDIT_ADMIN)
