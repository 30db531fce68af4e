"""The goals of a programme in one value, told with its own row: asked for alone they are a question more."""

from typing import Any

from django.db.models import Aggregate, JSONField, OuterRef, Subquery
from django.db.models.functions import JSONObject

from programme.models import Objective, Revision

# What a page says of each.
TOLD = ["position", "field", "text", "target_year"]


class JoinedRows(Aggregate):
    output_field = JSONField()

    def as_sqlite(self, compiler, connection, **extra_context):
        return self.as_sql(compiler, connection, function="JSON_GROUP_ARRAY", **extra_context)

    def as_postgresql(self, compiler, connection, **extra_context):
        return self.as_sql(compiler, connection, function="JSONB_AGG", **extra_context)


def joined_objectives() -> Subquery:
    """For programmes that are asked for: the goals of all their revisions, since which is in force is not known yet."""
    goals = Objective.objects.filter(revision__programme=OuterRef("pk")).order_by().values("revision__programme")
    told = JoinedRows(JSONObject(revision="revision", **{name: name for name in TOLD}))
    return Subquery(goals.annotate(told=told).values("told"))


def objectives_in(joined: list[dict[str, Any]] | None, revision: Revision | None) -> list[Objective]:
    """The goals of this revision again, in the order of the document; none where no revision has any."""
    own = [told for told in joined or [] if revision and told["revision"] == revision.pk]
    return [Objective(**{name: told[name] for name in TOLD}) for told in sorted(own, key=lambda told: told["position"])]
