"""A pain point of the catalogue for programs: what `pains --json` lists."""

from __future__ import annotations

from msgspec import Struct

from onramp.diagnosis.diagnosis_json import Cure
from onramp.model import pain as model
from onramp.model.pain import Severity


class CatalogueCure(Cure):
    """What cures a pain point, and what else that does to the host."""

    side_effects: str | None


class PainPoint(Struct):
    """A pain point of the catalogue; `recipe`: `reproduce` can cause it, on these images.

    `affects` names families of systems; none means all.
    """

    id: str
    phase: str
    title: str
    severity: Severity
    cause: str
    recipe: bool
    images: list[str]
    affects: list[str]
    remedy: CatalogueCure
    symptoms: list[str]
    foreseen: bool
    explains: list[str]
    references: list[str]


def pain_point(pain: model.PainPoint) -> PainPoint:
    """As the catalogue has it."""
    return PainPoint(
        id=pain.id,
        phase=pain.phase,
        title=pain.title,
        severity=pain.severity,
        cause=pain.cause,
        recipe=pain.recipe is not None,
        images=list(pain.recipe.images) if pain.recipe else [],
        affects=list(pain.affects),
        remedy=_cure(pain.remedy),
        symptoms=[symptom.pattern for symptom in pain.symptoms],
        foreseen=pain.foresee is not None,
        explains=list(pain.explains),
        references=list(pain.references),
    )


def _cure(remedy: model.Remedy | None) -> CatalogueCure:
    if remedy is None:
        return CatalogueCure(None, None, [], None)
    return CatalogueCure(
        remedy.kind, remedy.summary, list(remedy.commands), side_effects=remedy.side_effects
    )
