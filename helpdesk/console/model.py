"""The models: what serves, what could, how it compares, and training with live progress."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from aiohttp import web

from helpdesk.console import form, problem
from helpdesk.console.desk import desk_of, visit_of
from helpdesk.console.guard import status_of
from helpdesk.console.page import go, language_of, render
from helpdesk.console.port import MODELS
from helpdesk.console.wording import Language
from helpdesk.error import Conflict, HelpdeskError, InvalidInput
from helpdesk.insight import Rate
from helpdesk.learning import USUAL_SECONDS, ModelState, Origin
from helpdesk.storage.model import Comparison, Model, Promotion, Serving
from helpdesk.storage.shadow import Difference, Shadow
from helpdesk.storage.training import TrainingRun
from helpdesk.storage.unit import Unit
from helpdesk.usecase import learning

PROCEDURE = "procedure/"


@dataclass(frozen=True, slots=True)
class Shelf:
    """Everything the list of models shows."""

    models: list[Model]
    serving: Serving | None
    verdicts: dict[str, bool]
    running: TrainingRun | None
    seconds_left: int | None
    runs: list[TrainingRun]
    under_way: Promotion | None
    promotions: list[Promotion]
    shadow: Shadow | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything the page of one model shows; `titles` are those of the articles that it names."""

    model: Model
    serving: Serving | None
    comparison: Comparison | None
    is_stale: bool
    under_way: Promotion | None
    shadow: Shadow | None
    is_shadowed: bool
    differences: list[Difference]
    titles: dict[str, str]


async def show_all(request: web.Request) -> web.Response:
    """Every model, the training run, and what changed."""
    return await _list(request)


async def train(request: web.Request) -> web.StreamResponse:
    """File a training run; the desk takes it up at once."""
    desk, visit = desk_of(request), visit_of(request)
    try:
        await desk.change(
            lambda unit: learning.begin_training(unit, Origin.CONSOLE, visit.officer, desk.clock()), MODELS
        )
    except Conflict as error:
        return await _list(request, status_of(error), problem.words(request, error))
    return go("/models", "training_started")


async def cancel(request: web.Request) -> web.StreamResponse:
    """Call the training run off."""
    desk, visit = desk_of(request), visit_of(request)
    try:
        await desk.change(lambda unit: learning.cancel_training(unit, visit.officer, desk.clock()), MODELS)
    except Conflict as error:
        return await _list(request, status_of(error), problem.words(request, error))
    return go("/models", "training_cancelled")


async def roll_back(request: web.Request) -> web.StreamResponse:
    """Go back to the model that served before."""
    desk, visit, fields = desk_of(request), visit_of(request), await request.post()
    reason = form.text(fields, "reason")
    try:
        await desk.change(lambda unit: learning.roll_back(unit, visit.officer, reason, desk.clock()), MODELS)
    except Conflict as error:
        return await _list(request, status_of(error), problem.words(request, error))
    return go("/models", "rollback_asked")


async def show(request: web.Request) -> web.Response:
    """One model against the serving one."""
    return await _page(request)


async def promote(request: web.Request) -> web.StreamResponse:
    """Ask that this model serve."""
    desk, visit, fields = desk_of(request), visit_of(request), await request.post()
    name, reason = request.match_info["model"], form.text(fields, "reason")
    try:
        await desk.change(lambda unit: learning.promote(unit, name, visit.officer, reason, desk.clock()), MODELS)
    except (Conflict, InvalidInput) as error:
        return await _page(request, status_of(error), problem.words(request, error))
    return go(f"/models/{name}", "promotion_asked")


async def compare(request: web.Request) -> web.StreamResponse:
    """Compare this model with the one that serves now."""
    desk, visit, name = desk_of(request), visit_of(request), request.match_info["model"]
    try:
        await desk.change(lambda unit: learning.begin_comparison(unit, name, visit.officer, desk.clock()), MODELS)
    except Conflict as error:
        return await _page(request, status_of(error), problem.words(request, error))
    return go("/models", "comparison_started")


async def shade(request: web.Request) -> web.StreamResponse:
    """Have this model answer beside the serving one, unseen."""
    desk, visit, fields = desk_of(request), visit_of(request), await request.post()
    name = request.match_info["model"]
    try:
        hours = form.whole(fields, "hours")
        await desk.change(lambda unit: learning.begin_shadow(unit, name, visit.officer, hours, desk.clock()), MODELS)
    except (Conflict, InvalidInput) as error:
        return await _page(request, status_of(error), problem.words(request, error))
    return go(f"/models/{name}", "shadow_started")


async def end_shade(request: web.Request) -> web.StreamResponse:
    """End the shadow run."""
    desk, visit, name = desk_of(request), visit_of(request), request.match_info["model"]
    await desk.change(lambda unit: learning.end_shadow(unit, visit.officer, desk.clock()), MODELS)
    return go(f"/models/{name}", "shadow_ended")


async def _list(request: web.Request, status: int = 200, sentence: str | None = None) -> web.Response:
    desk = desk_of(request)
    shelf = await desk.database.read(lambda unit: shelf_of(unit, desk.clock()))
    said = partial(problem.translated, language_of(request))
    facts = {"shelf": shelf, "rate_of": Rate, "said": said, "sentence": sentence}
    return render(request, "models.html", status, **facts, path="/console/models")


async def _page(request: web.Request, status: int = 200, sentence: str | None = None) -> web.Response:
    name, language = request.match_info["model"], language_of(request)
    try:
        sheet = await desk_of(request).database.read(lambda unit: sheet_of(unit, name, language))
    except HelpdeskError as error:
        raise web.HTTPNotFound from error
    return render(request, "model.html", status, sheet=sheet, sentence=sentence, path=f"/console/models/{name}")


def shelf_of(unit: Unit, at: datetime) -> Shelf:
    """The list of models with everything around it."""
    serving, running = unit.models.serving(), unit.training.running()
    left = None
    if running is not None:
        usual = unit.training.usual_seconds() or USUAL_SECONDS
        left = round(min(usual, max(0.0, usual - (at - running.started_at).total_seconds())))
    return Shelf(
        unit.models.all(),
        serving,
        unit.models.verdicts(serving.model) if serving else {},
        running,
        left,
        unit.training.recent(),
        unit.models.under_way(),
        unit.models.promotions(),
        unit.shadows.running(),
    )


def sheet_of(unit: Unit, name: str, language: Language) -> Sheet:
    """One model with its comparison: with the model that serves, or the last one there was."""
    model, serving = unit.models.get(name), unit.models.serving()
    found = unit.models.comparison(name, serving.model) if serving else None
    comparison = found or unit.models.comparison(name)
    shadow = unit.shadows.of(name)
    differences = unit.shadows.differences(shadow.id) if shadow else []
    named = {*_articles(comparison.report if comparison else {}), *_shown(differences)}
    running = unit.shadows.running()
    return Sheet(
        model,
        serving,
        comparison,
        comparison is not None and found is None and model.state is not ModelState.SERVING,
        unit.models.under_way(),
        shadow,
        running is not None and running.model == name,
        differences,
        unit.articles.titles(named, language),
    )


def _articles(report: dict[str, Any]) -> set[str]:
    lines = [*report.get("fixed", ()), *report.get("broke", ()), *report.get("golden", ())]
    ids = {line[side]["article_id"] for line in lines for side in ("serving", "candidate")}
    targets = {line["target"] for line in (*lines, *report.get("confusions", ()))}
    got = {line["got"] for line in report.get("confusions", ())}
    whys = [line[side].get("why", {}) for line in lines for side in ("serving", "candidate")]
    got |= {one["article_id"] for why in whys for eye in ("model", "search") for one in why.get(eye, ())}
    return {one for one in ids if one} | {one.removeprefix(PROCEDURE) for one in targets} | got


def _shown(differences: list[Difference]) -> set[str]:
    sides = [side for one in differences for side in (one.serving, one.candidate)]
    return {side["article_id"] for side in sides if side.get("article_id")}
