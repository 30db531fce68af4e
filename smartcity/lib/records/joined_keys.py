"""The keys of many rows in one value, told with another row."""

from django.db.models import Aggregate, TextField


class JoinedKeys(Aggregate):
    """«1,2,3». By such a list another table is read through its index; behind a join, all of it would be."""

    output_field = TextField()

    def as_sqlite(self, compiler, connection, **extra_context):
        return self.as_sql(compiler, connection, function="GROUP_CONCAT", **extra_context)

    def as_postgresql(self, compiler, connection, **extra_context):
        joined = "STRING_AGG((%(expressions)s)::text, ',')"
        return self.as_sql(compiler, connection, template=joined, **extra_context)


def keys_in(joined: str | None) -> list[int]:
    """The keys again; none of no row."""
    return [int(key) for key in joined.split(",")] if joined else []
