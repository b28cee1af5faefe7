"""The description of the API, true for every call: refusals and common headers are declared here once."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from ground.api import PROBLEM, TITLES, Problem, VerbViewSet

READING = (400, 401, 403, 404, 406, 422, 429)
WRITING = (400, 401, 403, 404, 406, 409, 413, 415, 422, 429)
KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER,
    description="the same key and body within 24 h answers the first result, rendered anew; at least 22 characters without sign-in",
)  # fmt: skip


class Schema(AutoSchema):
    def get_override_parameters(self) -> list[OpenApiParameter]:
        return [KEY] if self.method == "POST" and isinstance(self.view, VerbViewSet) else []

    def _get_response_bodies(self, direction: str = "response") -> dict[str, Any]:
        bodies = super()._get_response_bodies(direction)
        for status in READING if self.method == "GET" else WRITING:
            if str(status) not in bodies:
                refusal = OpenApiResponse(Problem, description=TITLES[status])
                bodies[str(status)] = self._get_response_for_code(refusal, str(status), [PROBLEM], direction)
        return bodies


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.tokens.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": "Token <token>"}
