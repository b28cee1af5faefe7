"""What people say in the demonstration city: opinions, answers, suggestions and replies, all made up."""

# ruff: noqa: E501 - a table is read by its lines

from collections.abc import Iterator
from random import Random

# category, urgency, text with {place}
OPINIONS = (
    ("transport", "quick", "{place}路口的红绿灯上午又不亮了，早高峰车辆抢行，接送孩子的老人过马路很危险。"),
    ("urban", "quick", "{place}村口的路灯坏了三盏，晚上放学的孩子摸黑走路，希望尽快修好。"),
    ("environment", "normal", "{place}南边的小河夏天发黑发臭，两岸住户不敢开窗，盼望治理。"),
    ("urban", "normal", "{place}老楼没有电梯，住着二十多位八十岁以上的老人，想问加装电梯的政策。"),
    ("health", "normal", "{place}卫生室每周只开两天门，老人买降压药要坐车去镇上，希望多开几天。"),
    ("education", "normal", "{place}小学门口没有接送区，放学时堵半个多小时，请研究一下。"),
    ("rural", "normal", "{place}的机耕路被雨水冲断，收割机进不去，眼看要耽误秋收。"),
    ("urban", "hazard", "{place}人行道上一块井盖不见了，洞很深，晚上看不清，已经有人崴了脚。"),
    ("safety", "hazard", "{place}一根电线被大风刮断垂到地上，旁边就是小广场，孩子常去玩。"),
    ("labour", "normal", "{place}服装加工点拖欠十几个人两个月工资，大家都是附近的农民工。"),
    ("commerce", "normal", "{place}集市上有人卖过期食品，摊主不听劝，希望有人管一管。"),
    ("transport", "normal", "{place}到市里的公交一天只有四班，最后一班下午五点就没了，能不能加一班。"),
    ("environment", "normal", "{place}塑料加工点夜里排放刺鼻气味，关窗也挡不住，家里老人咳得睡不着。"),
    ("urban", "quick", "{place}健身器材松动，踩上去晃得厉害，怕老人摔着。"),
    ("health", "normal", "{place}想办一个老年食堂，独居老人做饭不方便，大家愿意出一部分钱。"),
    ("rural", "normal", "{place}自来水每天傍晚就没有水压，做饭洗澡都成问题，已经一个多月了。"),
    ("education", "normal", "{place}没有托管班，双职工家庭孩子放学没人接，希望学校开延时服务。"),
    ("other", "normal", "{place}快递只送到镇上，老年人取件要走三里路，能不能设一个代收点。"),
    ("transport", "quick", "{place}斑马线磨没了，过往货车又快又多，请重新划一下线。"),
    ("urban", "normal", "{place}小区地下车库漏水，物业说没有维修资金，业主也开不成会。"),
    ("environment", "quick", "{place}垃圾桶两天没清，污水流到路上，苍蝇乱飞。"),
    ("safety", "normal", "{place}楼道里停满电动车还拉线充电，担心着火，想建一个充电棚。"),
    ("labour", "normal", "{place}想学一门手艺再就业，听说有免费培训，不知道去哪里报名。"),
    ("rural", "normal", "{place}村集体大棚想改种草莓，缺技术，希望请农技员来指导。"),
)  # fmt: skip

CITIZENS = ("家住附近的居民", "老住户", "过路司机", "学生家长", "种粮户", "小店店主")
ANSWERS = (
    "今天上午我和联络站的同志到现场看过，已同有关方面商定，本周内处理完。处理完我再给您回话。",
    "您反映的情况属实。经过协调，施工队明天进场，预计三天完成，期间请绕行。",
    "已把大家的意见带到了镇里的会上，镇里答应下个月开始改造，进度会在联络站张贴。",
    "这件事已经解决，请您到现场看看，如果还有问题随时告诉我。",
)
REPORTS = (
    "已派人到现场核实，更换了损坏的设施，现已恢复正常。",
    "已列入本月维修计划，材料到位后三天内完成，并安排专人巡查。",
    "已责令当事人整改，复查合格，后续每周巡查一次。",
)
COORDINATED = ("请村委会、物业和住户代表本周六上午到站里一起商量。", "先到现场量尺寸，再和施工方谈工期。")
TURNED_AWAY = ("personal", "litigation", "petition", "outside")

# title, situation, proposal, field, main unit, assist
SUGGESTIONS = (
    ("关于加快老旧小区加装电梯的建议", "全市还有 180 多个老旧小区没有电梯，高龄老人下楼困难，加装时意见统一难、资金筹集难。", "一、出台财政补助办法。二、建立一站式审批。三、由街道牵头协商。", "urban_env", "dh-zjj", "dh-czj"),
    ("关于治理城区小河黑臭水体的建议", "城区 6 条小河夏季返黑返臭，沿线仍有散排口，群众反映强烈。", "一、排查散排口并建档。二、打通截污管网。三、按月公布水质。", "urban_env", "dh-hbj", "dh-slj"),
    ("关于增加城乡公交末班车的建议", "多个乡镇末班车在下午五点前收车，务工和就医群众返程困难。", "一、按客流延长末班时间。二、试点预约班车。三、运营补贴与服务质量挂钩。", "social", "dh-jtj", "dh-czj"),
    ("关于规范中小学校门口接送秩序的建议", "全市 40 多所学校上下学时段拥堵，校门口没有接送区，存在安全隐患。", "一、划设限时停车区。二、错峰放学。三、增设护学岗。", "education_health", "dh-jyj", "dh-gaj"),
    ("关于扩大社区老年食堂覆盖面的建议", "独居老人就餐难，现有老年食堂集中在中心城区，运营资金不稳定。", "一、按人口密度布点。二、建立运营补助。三、引入志愿服务送餐。", "social", "dh-mzj", "dh-czj"),
    ("关于修复水毁机耕路的建议", "汛期冲毁机耕路 30 多公里，影响秋收秋种。", "一、列入应急修复。二、同步修建排水沟。三、建立管护责任制。", "agriculture", "dh-nyj", "dh-jtj"),
    ("关于加强电动自行车充电设施建设的建议", "居民区充电桩数量不足，飞线充电多发，火灾风险高。", "一、新建小区同步配建。二、老旧小区利用边角地增设。三、统一收费标准。", "urban_env", "dh-zjj", "dh-yjj"),
    ("关于提高村卫生室服务能力的建议", "部分村卫生室每周开放不足三天，慢性病药品不全。", "一、实行乡村医生县管乡用。二、统一配送慢性病药品。三、开展巡诊。", "education_health", "dh-wjw", "dh-ybj"),
    ("关于整治农村饮用水水压不足的建议", "高峰时段多个村水压不足，管网老化漏损。", "一、改造主管网。二、增设加压泵站。三、公布检修计划。", "agriculture", "dh-slj", "dh-czj"),
    ("关于完善快递进村服务的建议", "快递多停在镇上，老年人取件不便。", "一、整合村级代收点。二、与公交邮政合作代运。三、给予运营补助。", "finance", "dh-swj", "dh-jtj"),
    ("关于加强零工市场建设的建议", "零工自发聚集在路边，没有遮雨和信息服务，权益难保障。", "一、建设规范零工市场。二、提供免费信息对接。三、设立维权窗口。", "social", "dh-rsj", "dh-cgj"),
    ("关于保护城区古树名木的建议", "部分古树周边硬化过度，生长衰弱。", "一、逐株体检建档。二、恢复透水铺装。三、明确养护责任人。", "urban_env", "dh-ylj", "dh-lcj"),
)  # fmt: skip
SNAPS = (
    ("河湾桥护栏松动", "桥上护栏有两处松动，行人倚靠有危险，请尽快加固。"),
    ("学府路盲道被占用", "学府路北侧盲道停满共享单车，视障人士无法通行。"),
    ("滨湖公园缺少夜间照明", "湖边步道晚上漆黑一片，锻炼的老人多，请补装路灯。"),
    ("南桥菜市场排水不畅", "下雨后污水倒灌到摊位，请疏通下水道。"),
)
REPLY = "经认真研究并到现场核实，现答复如下：您提出的{n}条建议符合实际，我们已会同有关单位制定方案。一是抓紧排查摸底；二是分批组织实施；三是建立长效机制。"
CONTRIBUTION = "我单位已按职责梳理，资金和审批事项给予支持，具体安排报主办单位汇总。"
PROMISES = ("完成首批 20 处改造并公布名单", "出台实施办法并开展试点", "全面完成排查整改并接受代表验收")

# Of made places: a stem is one sign of each row; none is a division of the told city.
_FIRST = "枫柏桃杏桑榆槐荷莲菊竹霞月星虹金银玉青红紫白黄翠丹雁鹤鹿鹭麦粟茶陶瓦砚琴云春秋晴和安宁康乐福禄寿"
_SECOND = "林岭坡塘溪泉桥店铺集庄岗坪沟港滩营寨楼台亭堡关渡川谷洼洲屿崖洞井田园圃"
_BEFORE = ("", "东", "西", "南", "北", "上", "下", "大", "小", "新", "老")
STREETS = (
    "人民路", "解放路", "建设街", "文化路", "新华街", "和平路", "健康路", "学府路", "工业路", "迎宾路", "沿河路", "环城路",
    "东一街", "西二街", "南三巷", "北四巷", "菜市街", "供销社", "老粮站", "卫生院", "小学校", "敬老院", "客运站", "文化广场",
)  # fmt: skip
CORNERS = ("", "东头", "西头", "南段", "北段", "附近", "对面", "后面")
PHRASES = {  # what citizens say in one way or another
    "上午": ("上午", "早上", "一大早", "这几天"),
    "希望": ("希望", "盼着", "大家希望", "请帮忙，希望"),
    "老人": ("老人", "老年人", "上了年纪的人"),
    "孩子": ("孩子", "小孩", "学生"),
    "晚上": ("晚上", "夜里", "天一黑"),
    "研究一下": ("研究一下", "看一看", "想想办法"),
}


def stems() -> Iterator[str]:
    """Names of made towns, each once: 枫林, 柏岭 …, then with 东, 西 … before them."""
    for before in _BEFORE:
        for k in range(len(_SECOND)):
            for n, first in enumerate(_FIRST):
                yield before + first + _SECOND[(n + k) % len(_SECOND)]


def a_village(dice: Random) -> str:
    return f"{dice.choice(_BEFORE)}{dice.choice(_FIRST)}{dice.choice(_SECOND)}村"


def a_spot(dice: Random) -> str:
    """Where in a town or village: “沿河路西头”."""
    return dice.choice(STREETS) + dice.choice(CORNERS)
