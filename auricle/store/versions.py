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


def rubrics_in_use(access: Access) -> tuple[RubricVersion, ...]:
    """All versions of all rubrics, those of most scorecards first."""
    found = rows(access, _IN_USE, [])
    return tuple(RubricVersion.model_validate(row) for row in found)


_IN_USE = """
SELECT v.* FROM rubric_versions v
LEFT JOIN (
    SELECT rubric_id, rubric_version, count(*) AS calls FROM machine_scorecards GROUP BY ALL
) s ON s.rubric_id = v.rubric_id AND s.rubric_version = v.version
ORDER BY coalesce(s.calls, 0) DESC, v.since DESC, v.rubric_id, v.version DESC, v.fingerprint
"""
