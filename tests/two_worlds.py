"""Telling the real world and the simulated one apart, without the rule that does so: by what was there before."""

import html
from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import ForeignKey, Model

from meetings.models import Directive, Finding, Meeting
from programme.models import Agency, LegalDocument, Province, Role, User
from smartcity.simulation.training.province import build_training_province
from tasks.models import Dataset, Explanation, PlannedTask, ProgressUpdate

OURS = ("programme", "tasks", "meetings", "smartcity")
# Words by which a record of one world is known on a page of the other.
WORDS: dict[type[Model], str] = {
    Province: "name",
    Agency: "name",
    User: "full_name",
    LegalDocument: "subject",
    PlannedTask: "name",
    ProgressUpdate: "results",
    Meeting: "title",
    Directive: "text",
    Finding: "subject",
    Dataset: "name",
    Explanation: "question",
}
# Shorter ones stand on pages for other reasons too.
SHORTEST = 12
# Who of the training province sits where an account of the demonstration does.
COUNTERPART = {
    "lanh-dao": "tap-huan-lanh-dao",
    "chuyen-vien": "tap-huan-chuyen-vien",
    "dau-moi": "tap-huan-dau-moi",
    "van-phong": "tap-huan-van-phong",
    "kiem-toan": "tap-huan-kiem-toan",
    "quan-tri": "tap-huan-quan-tri",
}
ROLES = set(Role)


class Worlds:
    """Which rows are real, and which the training province brought, and the words of each that the other has not."""

    def __init__(self, today: date):
        self.real = _rows()
        real_words = _words()
        assert build_training_province(today=today)
        self.simulated = {model: keys - self.real[model] for model, keys in _rows().items()}
        words = _words()
        self.words_of_simulated = _apart(words - real_words, real_words)
        self.words_of_real = _apart(real_words, words - real_words)


def kinds() -> list[Any]:
    """Every kind of record, and every history."""
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in OURS]


def pointers(model: Any) -> list[ForeignKey]:
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, ForeignKey) and field.related_model._meta.app_label in OURS
    ]


def told(words: set[str], text: str) -> set[str]:
    """Those of the words that a page tells."""
    said = html.unescape(text)
    return {word for word in words if word in said}


def _rows() -> dict[Any, set]:
    return {model: set(model._base_manager.values_list("pk", flat=True)) for model in kinds()}


def _words() -> set[str]:
    found = {word for model, name in WORDS.items() for word in model._base_manager.values_list(name, flat=True)}
    return {word for word in found if len(word) >= SHORTEST}


def _apart(own: set[str], others: set[str]) -> set[str]:
    return {word for word in own if not any(word in other for other in others)}
