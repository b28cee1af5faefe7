"""What the product refuses, said once: every refusal has an HTTP status, a code for machines and a sentence for people."""

from collections.abc import Iterable


class DomainError(Exception):
    """A refusal. `detail` is a Chinese sentence that says what to do; pages and API render it unchanged."""

    status = 400
    code = ""
    detail = "没有提交成功，您写的内容已保留，请再试一次。"

    def __init__(self, detail: str = "", *, code: str = "") -> None:
        self.detail = detail or self.detail
        self.code = code or self.code
        super().__init__(self.detail)


class NotSignedIn(DomainError):
    status = 401
    detail = "请先登录。"


class Forbidden(DomainError):
    status = 403
    code = "forbidden"
    detail = "您没有办理这一步的权限。"


class NotVisible(DomainError):
    status = 404
    code = "not_found"
    detail = "没有找到，请核对编号和查询码。"


class WrongState(DomainError):
    status = 409
    code = "wrong_state"
    detail = "这件事的状态已经变化，请刷新后再看。"


class TooLarge(DomainError):
    status = 413
    code = "too_large"
    detail = "文件太大，请选 20 MB 以内的照片。"


class NotAPicture(DomainError):
    status = 415
    code = "not_a_picture"
    detail = "这不是能识别的照片，请换一张 JPG 或 PNG 照片。"


class GuardFailed(DomainError):
    """A rule of the life cycle is not met; `code` names the guard."""

    status = 422

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail, code=code)


class Invalid(DomainError):
    """Input that cannot be taken. `errors` are (pointer, sentence) pairs; pointer is the field's name."""

    status = 422
    code = "invalid"
    detail = "有内容需要修改。"

    def __init__(self, pointer: str = "", detail: str = "", *, errors: Iterable[tuple[str, str]] = ()) -> None:
        self.errors = [(pointer, detail), *errors] if detail else list(errors)
        super().__init__(detail or (self.errors[0][1] if self.errors else ""))


class Throttled(DomainError):
    """Too many tries; `retry_after` in seconds."""

    status = 429
    code = "throttled"
    detail = "操作太频繁，请稍后再试。"

    def __init__(self, retry_after: int, detail: str = "") -> None:
        self.retry_after = retry_after
        super().__init__(detail)
