"""The plots of an evaluation as files for other programs."""

from __future__ import annotations

import pytest

from posture_cli.core.score.trials import trial
from posture_cli.dataset.bootstrap import resampled
from posture_cli.errors import OutputError
from posture_cli.report.plot_files import write_plots
from tests.core.score.test_trials import FEW

TRIAL = trial("mine", FEW, (), resampled)


def test_each_plot_is_a_table(tmp_path):
    write_plots(tmp_path / "plots", TRIAL)
    tables = {path.name: path.read_text() for path in (tmp_path / "plots").iterdir()}
    answers = tables.pop("answers.csv").splitlines()
    assert answers[0] == "truth,answer"
    assert answers.count("sitting,sitting") == 3
    assert answers[-1] == "unknown,hunching"  # someone lying: unknown was right
    assert len(answers) == 1 + len(FEW)
    assert tables == {
        "reliability.csv": "confidence,right,answers\n0.6,0.0,1\n0.7,0.0,1\n0.9,1.0,9\n",
        "coverage.csv": "coverage,wrong\n0.8182,0.0\n0.9091,0.1\n",
    }


def test_an_earlier_folder_is_replaced_and_another_one_stays(tmp_path):
    for _ in range(2):
        write_plots(tmp_path / "plots", TRIAL)
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").touch()
    with pytest.raises(OutputError, match=r"photos already exists and holds 'a\.jpg'"):
        write_plots(tmp_path / "photos", TRIAL)
