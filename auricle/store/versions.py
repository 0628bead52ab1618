"""Versions of rubrics that calls were scored by, or that were published."""

from auricle.models import RubricVersion
from auricle.store.access import Access
from auricle.store.reads import rows


def rubric_versions(access: Access, rubric_id: str) -> tuple[RubricVersion, ...]:
    """Those of one rubric, newest first."""
    found = rows(
        access,
        "SELECT * FROM rubric_versions WHERE rubric_id = ? ORDER BY since DESC, version DESC",
        [rubric_id],
    )
    return tuple(RubricVersion.model_validate(row) for row in found)
