"""The documents that everything rests on, and what they do to one another."""

import re

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import ExtractYear
from django.urls import reverse

from programme.models.agency import Agency
from programme.models.province import Province, central_or_in, central_or_in_visible_province
from programme.models.stored_file import StoredFile
from smartcity.lib.language.document_code import DocumentCode
from smartcity.lib.language.text import words_to_find
from smartcity.lib.records.checks import CheckedTogether
from smartcity.lib.records.history import SignedRecords
from smartcity.lib.records.text_fields import FoldedField, LineField, LongTextField
from smartcity.lib.records.typed_fields import DayField


class DocumentKind(models.TextChoices):
    """Types of Phụ lục III, Nghị định 30/2020/NĐ-CP, as far as the programmes meet them, and public reports."""

    LAW = "law", "Luật"
    RESOLUTION = "resolution", "Nghị quyết"
    DECREE = "decree", "Nghị định"
    DECISION = "decision", "Quyết định"
    INSTRUCTION = "instruction", "Chỉ thị"
    PLAN = "plan", "Kế hoạch"
    NOTICE = "notice", "Thông báo"
    REPORT = "report", "Báo cáo"
    SUBMISSION = "submission", "Tờ trình"
    CIRCULAR = "circular", "Thông tư"
    OFFICIAL_LETTER = "official_letter", "Công văn"
    OTHER = "other", "Văn bản"
    PRESS = "press", "Tin, bài công bố"


class LegalDocumentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Documents of the user's province, and those of central bodies."""
        return self.filter(central_or_in_visible_province(user))

    def cited_in(self, province: Province | None):
        """Documents that a text of ``province`` can mean: its own, and those of central bodies."""
        return self.filter(central_or_in([province] if province else []))

    def mentioning(self, words: str):
        """Documents in whose name, code, day, subject, signer or publisher each of the words stands, however typed."""
        found = self
        for word in words_to_find(words):
            found = found.filter(search_text__contains=word)
        return found

    def newest_first(self):
        """Those without a day, which are still to come, before all others."""
        return self.order_by(F("signed_on").desc(nulls_first=True), "-pk")


class LegalDocument(CheckedTogether):
    """A document, known by issuer, type, number and year: numbers begin again each January.

    A draft or a notice that the copy shows without its number and day is a document too; both are filled in
    when they become known. A report by press or portal has a publisher instead of an issuer.
    """

    # No row of it is ever removed: one that was read is there.
    STAYS = True

    province = models.ForeignKey(
        Province,
        verbose_name="tỉnh, thành phố",
        on_delete=models.PROTECT,
        related_name="documents",
        null=True,
        blank=True,
        help_text="Với tin, bài; văn bản thì theo cơ quan ban hành.",
    )
    kind = models.CharField("loại văn bản", max_length=20, choices=DocumentKind)
    number = models.PositiveIntegerField("số", null=True, blank=True)
    symbol = LineField("ký hiệu", max_length=60, blank=True)
    is_normative = models.BooleanField("quy phạm pháp luật", default=False, editable=False)
    year = models.PositiveSmallIntegerField("năm", null=True, editable=False)
    issuer = models.ForeignKey(
        Agency,
        verbose_name="cơ quan ban hành",
        on_delete=models.PROTECT,
        related_name="documents",
        null=True,
        blank=True,
    )
    publisher = LineField("nơi đăng", max_length=200, blank=True, help_text="Báo hoặc cổng thông tin, với tin, bài.")
    signer = LineField("người ký", max_length=100, blank=True)
    signed_on = DayField("ngày ban hành", null=True, blank=True, help_text="Với tin, bài là ngày đăng.")
    date_as_written = LineField(
        "ngày ghi trên bản có được", max_length=100, blank=True, help_text="Khi bản có được để trống ngày hoặc tháng."
    )
    effective_on = DayField("ngày có hiệu lực", null=True, blank=True)
    subject = LongTextField("trích yếu")
    source_url = models.URLField("địa chỉ nguồn", max_length=500, blank=True)
    file = models.ForeignKey(
        StoredFile,
        verbose_name="tệp văn bản",
        on_delete=models.PROTECT,
        related_name="documents",
        null=True,
        blank=True,
        editable=False,
    )
    note = LongTextField("ghi chú", blank=True)
    search_text = FoldedField(of=["citation", "subject", "publisher", "signer"])

    objects = LegalDocumentQuerySet.as_manager()
    history = SignedRecords(excluded_fields=["search_text"])

    class Meta:
        verbose_name = "văn bản"
        verbose_name_plural = "văn bản"
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "kind", "is_normative", "number", "year"],
                condition=Q(number__isnull=False),
                name="document_known_once_by_issuer_kind_number_year",
                violation_error_message="Văn bản này đã có: cùng cơ quan ban hành, loại, số và năm. Mở văn bản đã có.",
                violation_error_code="code",
            ),
            models.CheckConstraint(
                condition=Q(number=None) | Q(signed_on__isnull=False),
                name="document_with_a_number_has_its_day",
                violation_error_message="Văn bản đã có số thì phải có ngày ban hành.",
                violation_error_code="signed_on",
            ),
            models.CheckConstraint(
                condition=Q(signed_on=None, year=None) | Q(year=ExtractYear("signed_on")),
                name="document_year_is_that_of_its_day",
                violation_error_message="Năm của văn bản phải là năm ban hành.",
                violation_error_code="signed_on",
            ),
            models.CheckConstraint(
                condition=Q(kind=DocumentKind.PRESS, number=None) & ~Q(publisher="")
                | ~Q(kind=DocumentKind.PRESS) & Q(issuer__isnull=False),
                name="document_has_an_issuer_and_a_report_a_publisher",
                violation_error_message="Văn bản phải có cơ quan ban hành; tin, bài phải có nơi đăng và không có số.",
                violation_error_code="issuer",
            ),
            models.CheckConstraint(
                condition=Q(effective_on__gte=F("signed_on")) | Q(effective_on=None) | Q(signed_on=None),
                name="document_takes_effect_after_it_is_signed",
                violation_error_message="Ngày có hiệu lực phải từ ngày ban hành trở đi.",
                violation_error_code="effective_on",
            ),
        ]

    def __str__(self):
        if self.kind == DocumentKind.PRESS:
            day = f"{self.signed_on:%d/%m/%Y}" if self.signed_on else self.date_as_written
            return f"{self.publisher}{f', {day}' if day else ''}"
        if self.number is None:
            return f"{self.get_kind_display()} chưa có số{f' ({self.date_as_written})' if self.date_as_written else ''}"
        return f"{self.get_kind_display()} số {self.code} ngày {self.signed_on:%d/%m/%Y}"

    def get_absolute_url(self):
        return reverse("document_detail", args=[self.pk])

    def clean(self):
        self.year = self.signed_on.year if self.signed_on else None
        self.is_normative = bool(re.match(r"\d{4}/", self.symbol))
        if self.issuer:
            # A central body's documents are everybody's; those of a province's are its own.
            self.province = self.issuer.province
        if self.is_normative and self.year and self.symbol[:4] != str(self.year):
            years = f"Ký hiệu ghi năm {self.symbol[:4]}, ngày ban hành là năm {self.year}."
            raise ValidationError({"symbol": f"{years} Kiểm tra lại hai ô này."})
        self._refuse_to_lose_what_rests_on_it()
        self._refuse_a_day_against_what_it_changes()

    def _refuse_to_lose_what_rests_on_it(self) -> None:
        adopted = self.revisions.select_related("programme").first() if self.pk and not self.is_issued else None
        if adopted:
            raise ValidationError(
                f"{adopted} được thông qua bằng văn bản này, nên số và ngày ban hành phải giữ đủ. Ghi lại cả hai."
            )

    def _refuse_a_day_against_what_it_changes(self) -> None:
        """A day that becomes known later must still leave what changes after what is changed."""
        if self.pk is None or self.signed_on is None:
            return
        relations = DocumentRelation.objects.changing().filter(
            Q(document=self.pk, target__signed_on__gt=self.signed_on)
            | Q(target=self.pk, document__signed_on__lt=self.signed_on)
        )
        relation = relations.select_related("document", "target").order_by("pk").first()
        if relation:
            raise ValidationError(
                {
                    "signed_on": f"Đã ghi: {relation}. Văn bản sửa đổi không thể ban hành trước văn bản được sửa đổi; "
                    "kiểm tra lại ngày, hoặc sửa quan hệ giữa hai văn bản trước."
                }
            )

    @property
    def code(self) -> str:
        """Số, ký hiệu as it is cited: «112/NQ-HĐND»; empty for a report by the press."""
        return str(DocumentCode(self.number, self.symbol)) if self.symbol or self.number is not None else ""

    @property
    def citation(self) -> str:
        """How it is called and cited, for the search, without «số» and «ngày»: «Quyết định 6439/QĐ-UBND 29/12/2018»."""
        if self.kind == DocumentKind.PRESS:
            return str(self)
        day = f"{self.signed_on:%d/%m/%Y}" if self.signed_on else self.date_as_written
        return f"{self.get_kind_display()} {self.code} {day}"

    @property
    def is_issued(self) -> bool:
        """Whether it has what makes a document citable: a number and a day."""
        return self.number is not None and self.signed_on is not None

    @property
    def awaits_its_number(self) -> bool:
        """Whether it is known only as a draft, or from a copy without its number; a report never has one."""
        return self.kind != DocumentKind.PRESS and self.number is None

    def is_kept_by(self, user) -> bool:
        """A province keeps its own documents; those of central bodies belong to all, so none changes one."""
        return self.province_id == user.province_id


class RelationKind(models.TextChoices):
    AMENDS = "amends", "Sửa đổi, bổ sung"
    REPLACES = "replaces", "Thay thế"
    REPEALS = "repeals", "Bãi bỏ"
    IMPLEMENTS = "implements", "Triển khai thực hiện"
    BASED_ON = "based_on", "Căn cứ"
    CITES = "cites", "Viện dẫn"

    @property
    def passive_label(self) -> str:
        """The same relation, told of the document that it is done to."""
        return PASSIVE_LABELS[self]


PASSIVE_LABELS = {
    RelationKind.AMENDS: "Được sửa đổi, bổ sung bởi",
    RelationKind.REPLACES: "Được thay thế bởi",
    RelationKind.REPEALS: "Bị bãi bỏ bởi",
    RelationKind.IMPLEMENTS: "Được triển khai thực hiện bởi",
    RelationKind.BASED_ON: "Là căn cứ của",
    RelationKind.CITES: "Được viện dẫn trong",
}
# What leaves the other document changed or ended.
CHANGING_KINDS = [RelationKind.AMENDS, RelationKind.REPLACES, RelationKind.REPEALS]


class DocumentRelationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Relations of which both documents may be seen: a decree tells nobody what other provinces made of it."""
        visible = LegalDocument.objects.visible_to(user)
        return self.filter(document__in=visible, target__in=visible)

    def changing(self):
        return self.filter(kind__in=CHANGING_KINDS)


class DocumentRelation(models.Model):
    """What one document does to another, and to which point of it."""

    document = models.ForeignKey(
        LegalDocument, verbose_name="văn bản", on_delete=models.PROTECT, related_name="relations"
    )
    kind = models.CharField("quan hệ", max_length=20, choices=RelationKind)
    target = models.ForeignKey(
        LegalDocument, verbose_name="văn bản liên quan", on_delete=models.PROTECT, related_name="incoming_relations"
    )
    pinpoint = LineField("điểm, khoản, Điều", max_length=200, blank=True, help_text="Ví dụ: điểm b khoản 4 Điều 1.")

    objects = DocumentRelationQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "quan hệ văn bản"
        verbose_name_plural = "quan hệ văn bản"
        constraints = [
            models.UniqueConstraint(
                fields=["document", "kind", "target", "pinpoint"],
                name="relation_stated_once",
                violation_error_message="Quan hệ này đã được ghi.",
                violation_error_code="target",
            ),
            models.CheckConstraint(
                condition=~Q(document=F("target")),
                name="relation_joins_two_documents",
                violation_error_message="Một văn bản không thể có quan hệ với chính nó.",
                violation_error_code="target",
            ),
        ]

    def __str__(self):
        pinpoint = f" {self.pinpoint} của" if self.pinpoint else ""
        return f"{self.document} {self.get_kind_display().lower()}{pinpoint} {self.target}"

    def clean(self):
        stored = DocumentRelation.objects.filter(pk=self.pk).values_list("document", "kind", "target").first()
        now = (self.document_id, self.kind, self.target_id)
        # What was entered before may always be left as it is, or taken away.
        if None not in now and now != stored and self.kind in CHANGING_KINDS:
            self._refuse_the_older_changing_the_newer()
            self._refuse_a_circle()

    def _refuse_the_older_changing_the_newer(self) -> None:
        document, target = self.document, self.target
        if document.signed_on and target.signed_on and document.signed_on < target.signed_on:
            raise ValidationError(
                {
                    "target": f"{document} ban hành trước {target} nên không thể sửa đổi, thay thế hay bãi bỏ "
                    "văn bản đó. Kiểm tra lại ngày của hai văn bản, hoặc ghi quan hệ ở văn bản ban hành sau."
                }
            )

    def _refuse_a_circle(self) -> None:
        chain = self._chain_back()
        if chain:
            told = "; ".join(str(relation) for relation in chain)
            raise ValidationError(
                {
                    "target": f"Quan hệ này tạo thành vòng: đã ghi {told}. Một văn bản không thể sửa đổi văn bản "
                    "đã sửa đổi nó. Kiểm tra lại chiều của quan hệ; nếu quan hệ đã ghi bị ngược, sửa quan hệ đó trước."
                }
            )

    def _chain_back(self) -> list["DocumentRelation"]:
        """The relations by which the target already changes this document, directly or through others."""
        reached_by: dict[int, DocumentRelation | None] = {self.target_id: None}
        edge = [self.target_id]
        recorded = DocumentRelation.objects.changing().exclude(pk=self.pk).select_related("document", "target")
        while edge and self.document_id not in reached_by:
            relations = list(recorded.filter(document__in=edge).order_by("pk"))
            edge = [relation.target_id for relation in relations if relation.target_id not in reached_by]
            reached_by |= {relation.target_id: relation for relation in relations if relation.target_id in edge}
        chain: list[DocumentRelation] = []
        relation = reached_by.get(self.document_id)
        while relation:
            chain.insert(0, relation)
            relation = reached_by[relation.document_id]
        return chain
