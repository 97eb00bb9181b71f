"""What trained models, the runs that make them and their changes of place may be."""

from enum import StrEnum

USUAL_SECONDS = 180.0
"""What a training run is expected to take until one has been seen."""


class ModelState(StrEnum):
    """Where a model stands; exactly one serves."""

    CANDIDATE = "candidate"
    SERVING = "serving"
    PREVIOUS = "previous"  # served before the one that serves: going back leads to it
    RETIRED = "retired"
    REFUSED = "refused"  # its archive was altered or does not load


class RunState(StrEnum):
    """How far a training run is."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Phase(StrEnum):
    """What a training run is busy with."""

    SNAPSHOT = "snapshot"
    LEARNING = "learning"
    COMPARING = "comparing"


class Origin(StrEnum):
    """Who asked for a model."""

    CONSOLE = "console"
    SCHEDULE = "schedule"
    COMMAND = "command"
    START = "start"  # the desk itself, for data of a new release
    ADOPTED = "adopted"  # found in the folder of the models, made by `isec train`


class PromotionState(StrEnum):
    """How far a change of the serving model is."""

    WANTED = "wanted"
    PREPARING = "preparing"
    DONE = "done"
    FAILED = "failed"


class PromotionKind(StrEnum):
    """Forward to a candidate, or back to what served before."""

    PROMOTE = "promote"
    ROLLBACK = "rollback"
