from django.core.validators import RegexValidator
from django.db import connection, transaction
from django.urls import include, path
from django.utils import timezone
from rest_framework import mixins, routers, serializers, viewsets

from tests.load.baseline.models import Opinion


class OpinionSerializer(serializers.ModelSerializer):
    consent = serializers.BooleanField(write_only=True)
    text = serializers.CharField(min_length=5, max_length=2000)
    contact_phone = serializers.CharField(
        write_only=True, required=False, validators=[RegexValidator(r"^1[3-9]\d{9}$", "请填写 11 位手机号。")]
    )

    class Meta:
        model = Opinion
        fields = [
            "number", "text", "category", "place", "state", "is_public", "created",
            "contact_name", "contact_phone", "consent",
        ]  # fmt: skip
        read_only_fields = ["number", "state", "created"]
        extra_kwargs = {"contact_name": {"write_only": True}}

    def validate_consent(self, given):
        if not given:
            raise serializers.ValidationError("请先同意个人信息处理说明。")
        return given

    @transaction.atomic
    def create(self, data):
        data.pop("consent")
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('baseline_number')")
            count = cursor.fetchone()[0]
        return Opinion.objects.create(number=f"Y{timezone.localdate().year}-{count:06}", **data)


class Opinions(mixins.CreateModelMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    queryset = Opinion.objects.filter(is_public=True)
    serializer_class = OpinionSerializer
    lookup_field = "number"


router = routers.SimpleRouter()
router.register("opinions", Opinions)
urlpatterns = [path("api/", include(router.urls))]
