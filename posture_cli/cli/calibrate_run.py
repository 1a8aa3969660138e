"""The work behind `posture calibrate`: look, say what does not count, write the profile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

import click

from posture_cli.api import Posture
from posture_cli.cli.console.countdown import count_down
from posture_cli.cli.console.messages import out, say, tell
from posture_cli.cli.console.progress import progress
from posture_cli.core.judge.baseline import (
    AnyGlimpse,
    Baseline,
    baseline,
    glimpse,
    of_one_view,
)
from posture_cli.core.judge.own import doubts
from posture_cli.core.judge.own_front import WORDS
from posture_cli.core.judge.verdict import Reason
from posture_cli.core.masking import one_line
from posture_cli.core.observation import Failure, Observation
from posture_cli.core.wording import VIEWS, upright_text
from posture_cli.errors import SourceError
from posture_cli.estimators import Estimation
from posture_cli.inputs.count import counter
from posture_cli.inputs.items import items
from posture_cli.inputs.lists import standard_input
from posture_cli.inputs.pictures import is_video
from posture_cli.inputs.video import opened, spaced
from posture_cli.inputs.video.frames import ONE_A_SECOND
from posture_cli.inputs.video.streams import is_live
from posture_cli.judging import Judging
from posture_cli.judging.profiles import Profile, Profiles, checked

FAILED = 1
EVERY_S = 0.25
"""Time between two looks at a video: people hardly move faster. Guess."""
NOBODY = "nobody is there"
STAND = "show the camera one person, from the side or from the front, in good light"
ONE_CAMERA = "calibrate each view under a name of its own, with --profile NAME"


class CalibrateRun:
    """One run of `posture calibrate`."""

    def __init__(
        self,
        name: str,
        seconds: float,
        countdown_s: float,
        *,
        force: bool,
        pixel_aspect: float | None,
    ) -> None:
        self._name, self._pixel_aspect = checked(name), pixel_aspect
        self._seconds, self._countdown_s, self._force = seconds, countdown_s, force
        self._seen: list[AnyGlimpse] = []
        self._left_out: Counter[str] = Counter()
        self._several = 0
        self._failed = False

    def run(
        self,
        places: Sequence[int | str],
        estimation: Estimation,
        judging: Judging,
        *,
        verbose: bool,
    ) -> int:
        """Calibrate, and return the exit code; what cannot be read is said.

        Raises:
            PostureError: If the estimator cannot start, or nothing can be written.
        """
        kept = Profiles()
        kept.check_writable()
        videos = [place for place in places if moves(place)]
        stills = [str(place) for place in places if not moves(place)]
        with Posture(estimation, judging, workers="auto" if stills else 1) as posture:
            self._words = {**WORDS, **posture.rule_set.words}
            if verbose:
                say(f"estimator {posture.estimator}, {posture.threads} at a time")
            for remark in posture.remarks():
                say(remark)
            self._look_at(stills, posture)
            for place in videos:
                self._watch(place, posture)
            estimator = posture.estimator
        self._say_what_is_left_out()
        if not self._seen:
            if self._left_out or not self._failed:  # else it is said why nothing was seen
                tell(f"{self._name} is not written: there is nothing to learn from", STAND)
            return FAILED
        if not (seen := self._of_one_view()):
            return FAILED
        own = baseline(seen, estimator)
        if not self._accepted(own):
            return FAILED
        self._write(kept, own)
        return FAILED if self._failed else 0

    def _look_at(self, stills: Sequence[str], posture: Posture) -> None:
        with progress(counter(stills, leave_out=(), every=ONE_A_SECOND)) as step:
            for result in posture.each(items(stills, stdin=standard_input())):
                self._take(result)
                step()

    def _watch(self, place: int | str, posture: Posture) -> None:
        """Look at a video for some seconds."""
        try:
            with opened(place, self._pixel_aspect) as video:
                if video.live:
                    say("sit or stand up straight, as you want to be")
                    count_down(self._countdown_s)
                for frame in spaced(video, EVERY_S, self._seconds):
                    self._take(posture.observe(frame))
        except SourceError as error:
            self._fail(one_line(error.message), error.hint)

    def _take(self, result: Observation | Failure) -> None:
        """Learn from one look, or remember why not."""
        if isinstance(result, Failure):
            self._fail(f"{one_line(result.source)}: {result.message}", result.hint)
        elif not result.readings:
            self._left_out[NOBODY] += 1
        else:
            self._several += len(result.readings) > 1
            found = glimpse(result.readings[0].measurement, result.size)
            if isinstance(found, Reason):
                self._left_out[self._words[found.code]] += 1
            else:
                self._seen.append(found)

    def _say_what_is_left_out(self) -> None:
        if self._left_out:
            total = self._left_out.total() + len(self._seen)
            reasons = "; ".join(f"{why} ({number})" for why, number in self._left_out.most_common())
            tell(f"{self._left_out.total()} of {total} looks are left out", reasons)
        if self._several:
            message = f"looks with several people: {self._several}; the largest one counts"
            tell(message, "if that is not you, ask the others to step aside")

    def _of_one_view(self) -> list[AnyGlimpse]:
        """Return the looks of the view that counts; none, and a message, if views are mixed."""
        kept, views = of_one_view(self._seen), Counter(VIEWS[one.view] for one in self._seen)
        counted = " and ".join(f"{n} from the {view}" for view, n in views.most_common())
        if not kept:
            tell(f"{self._name} is not written: looks are of two views, {counted}", ONE_CAMERA)
        elif len(views) > 1:
            tell(f"looks are of two views, {counted}", "only those of the first one count")
        return kept

    def _accepted(self, own: Baseline) -> bool:
        """Say what speaks against a baseline; return whether it is used all the same."""
        serious = False
        for doubt in doubts(own):
            serious |= doubt.serious
            stop = doubt.serious and not self._force
            tell(doubt.message, f"{doubt.hint}, or use --force" if stop else doubt.hint)
        if serious and not self._force:
            say(f"{self._name} is not written")
        return self._force or not serious

    def _write(self, kept: Profiles, own: Baseline) -> None:
        before = kept.save(Profile(self._name, date.today().isoformat(), own))
        if before:
            say(f"the profile before is kept in {click.format_filename(before)}")
        upright, limit = upright_text(own)
        looks = "one look" if own.samples == 1 else f"{own.samples} looks"
        facing = f", facing {own.facing or 'both ways'}" if own.view == "profile" else ""
        out(
            f"{self._name}  upright {upright}, hunching {limit}  "
            f"{looks}, from the {VIEWS[own.view]}{facing}, {own.estimator}"
        )
        out(click.format_filename(kept.path(self._name)))

    def _fail(self, message: str, hint: str) -> None:
        self._failed = True
        tell(message, hint)


def moves(place: int | str) -> bool:
    """Whether a place has frames over time: a camera, a stream or a video."""
    return is_live(place) or is_video(str(place))
