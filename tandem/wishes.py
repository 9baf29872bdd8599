"""What a job wants read from pages, as selection understands it."""

from scraper.selection.wanted import Field, Kind, Wanted
from tandem.job_select import FieldSpec, RecordSpec


def wanted_of(spec: RecordSpec) -> Wanted:
    """One entry of `select`."""
    fields = tuple(_field(name, one) for name, one in spec.fields.items())
    return Wanted(spec.record, fields, spec.match, spec.many)


def _field(name: str, spec: FieldSpec) -> Field:
    return Field(name, Kind(spec.type), spec.many, spec.hint, spec.pattern, spec.values, spec.required)
