"""Names that `label/` still uses: see `refusals`."""

from posture_cli.inputs.refusals import CRASH_HINT as HINT
from posture_cli.inputs.refusals import CRASHED as CODE
from posture_cli.inputs.refusals import crashed
from posture_cli.inputs.refusals import raised as told

__all__ = ["CODE", "HINT", "crashed", "told"]
