"""Which tests `make test-fast` leaves out, and why."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

PROCESS = "starts posture as a process of its own, a quarter of a second or more each time"
CLUSTER, DESKTOP, TERMINAL = "needs a cluster", "needs a desktop", "needs a terminal"
BROWSER, SERVER, MXNET = "needs a browser", "needs a server", "needs MXNet"
WAITS = "waits for real time"
NPM = "fetches networks from npm"
NETWORKS = "runs networks again and again"
LARGE = "makes or reads something large"
EXAMPLES = "tries many examples, and each takes long"
FAST = ""

PLACES = {
    "tests/cli": PROCESS,
    "tests/cli/test_durations.py": FAST,
    "tests/cli/test_excel.py": FAST,
    "tests/cli/test_config.py": FAST,
    "tests/cli/test_of_no_use.py": FAST,
    "tests/cli/test_serve_run.py": FAST,
    "tests/cli/test_status_run.py": FAST,
    "tests/dataset/test_verdicts.py": PROCESS,
    "tests/docs/test_notebook.py": NETWORKS,
    "tests/estimators/gluon/test_end_to_end.py": MXNET,
    "tests/estimators/gluon/test_fine_tuned.py": MXNET,
    "tests/estimators/gluon/test_graphs.py": MXNET,
    "tests/estimators/gluon/test_own_weights.py": LARGE,
    "tests/estimators/layouts/test_painted.py": NETWORKS,
    "tests/estimators/models/test_pull.py": SERVER,
    "tests/estimators/test_decoding.py": NETWORKS,
    "tests/estimators/test_mediapipe.py": NPM,
    "tests/inputs/stores/test_s3.py": SERVER,
    "tests/label/cluster/test_ray.py": CLUSTER,
    "tests/label/cluster/test_worker.py": NETWORKS,
    "tests/notify/test_addresses.py": SERVER,
    "tests/notify/test_delivery.py": WAITS,
    "tests/notify/test_desktop.py": DESKTOP,
    "tests/packaging/test_build_hook.py": "runs pip",
    "tests/packaging/test_distributions.py": "builds a wheel and an sdist",
    "tests/serve/test_page_browser.py": BROWSER,
    "tests/terminal/test_screen.py": TERMINAL,
    "tests/terminal/test_tmux.py": TERMINAL,
    "tests/watch/test_desk_clip.py": NETWORKS,
    "tests/watch/test_three_quarter_clip.py": NETWORKS,
    "tests/watch/test_occupied.py": DESKTOP,
    "tests/watch/test_screen_lock.py": DESKTOP,
    "tests/watch/test_window.py": DESKTOP,
}
"""Folders and files; the nearer one counts."""

TESTS = {
    "tests/cli/test_calibrate.py": {
        "test_of_several_people_the_subject_counts": FAST,
    },
    "tests/cli/test_check.py": {
        "test_options_name_what_the_core_knows": FAST,
        "test_help_is_quick_to_import": FAST,
        "test_the_samples_get_their_labels_in_order": FAST,
        "test_exit_codes": FAST,
        "test_explain_shows_every_limit_with_its_source": FAST,
        "test_annotate_writes_a_folder_or_a_file": FAST,
        "test_options_can_come_from_the_environment": FAST,
        "test_replay_says_the_same_without_a_network": FAST,
    },
    "tests/cli/test_collect.py": {
        "test_wrong_usage": FAST,
        "test_keypoints_only_keeps_no_picture": FAST,
    },
    "tests/cli/test_config.py": {
        "test_a_file_that_is_named_sets_defaults": PROCESS,
    },
    "tests/cli/test_evaluate.py": {
        "test_the_text_has_every_score_and_what_is_wrong_in_words": FAST,
        "test_a_report_is_one_page_with_the_mistakes_in_it": FAST,
    },
    "tests/cli/test_history.py": {
        "test_by_default_it_shows_this_day_and_the_six_before": FAST,
        "test_a_report_is_one_page": FAST,
    },
    "tests/cli/test_label.py": {
        "test_every_picture_has_a_row_and_the_broken_one_says_why": FAST,
        "test_pictures_are_drawn_and_sorted_where_asked_for": FAST,
    },
    "tests/cli/test_models.py": {
        "test_the_list_says_what_is_known": FAST,
    },
    "tests/cli/test_notify_test.py": {
        "test_one_that_fails_does_not_keep_the_others_from_being_told": FAST,
    },
    "tests/cli/test_train.py": {
        "test_it_writes_a_model_and_says_how_good_it_is": FAST,
    },
    "tests/cli/test_watch.py": {
        "test_wrong_usage_is_told_as_such": FAST,
        "test_a_film_of_a_desk": FAST,
    },
    "tests/core/body/test_noise.py": {
        "test_a_mirrored_person_has_mirrored_copies": EXAMPLES,
    },
    "tests/core/test_placing.py": {
        "test_no_card_is_over_a_head_or_another_card_or_outside": EXAMPLES,
    },
    "tests/core/time/test_attention.py": {
        "test_size_side_and_time_of_day_make_no_difference": EXAMPLES,
        "test_the_desk_clip_is_told_at_any_rate": EXAMPLES,
    },
    "tests/core/time/test_following.py": {
        "test_size_side_and_time_of_day_make_no_difference": EXAMPLES,
    },
    "tests/estimators/gluon/test_params.py": {
        "test_a_changed_file_is_read_or_refused_and_nothing_else": EXAMPLES,
        "test_a_truncated_file_is_never_read": EXAMPLES,
        "test_garbage_after_a_good_beginning_is_read_or_refused": EXAMPLES,
    },
    "tests/estimators/runtime/test_runtime.py": {
        "test_a_corrupt_cache_works_too": NETWORKS,
        "test_several_processes_may_fill_the_cache_at_once": NETWORKS,
    },
    "tests/estimators/test_blazepose.py": {
        "test_fp16_is_near_fp32_or_refused": NETWORKS,
        "test_one_person_keeps_their_number_through_the_clip": NETWORKS,
        "test_threads_find_the_same_as_one_after_the_other": NETWORKS,
    },
    "tests/history/test_disk.py": {
        "test_another_process_that_writes_for_long_is_waited_for": WAITS,
        "test_kill_9_loses_the_last_seconds_at_most": WAITS,
        "test_files_that_may_not_grow_lose_nothing_either": LARGE,
    },
    "tests/history/test_recorder.py": {
        "test_the_nights_of_daylight_saving_have_the_hours_they_have": LARGE,
    },
    "tests/inputs/stores/test_stores.py": {
        "test_a_run_from_an_address_to_an_address_goes_on_after_its_output_was_refused": PROCESS,
        "test_a_run_that_was_killed_after_its_output_was_put_needs_no_force_to_go_on": PROCESS,
        "test_what_makes_no_sense_is_refused_before_the_work": PROCESS,
    },
    "tests/inputs/test_archives.py": {
        "test_a_bomb_in_a_compressed_tar_is_passed_over": LARGE,
        "test_a_zip_bomb_is_told_by_what_it_says": LARGE,
        "test_what_comes_before_the_tear_of_a_tar_is_read": LARGE,
        "test_a_zip_with_more_members_than_any_folder_has_is_refused_before_they_are_read": LARGE,
    },
    "tests/inputs/test_folders.py": {
        "test_many_files_in_one_folder_need_little_memory": LARGE,
    },
    "tests/inputs/video/test_cameras.py": {
        "test_commands_take_a_name": PROCESS,
    },
    "tests/inputs/video/test_video.py": {
        "test_a_stream_gives_the_newest_frame_and_says_when_it_ends": WAITS,
        "test_an_address_that_gives_no_video_is_told": WAITS,
        "test_it_says_when_a_frame_is_ready_and_waits_for_it_no_longer_than_asked": WAITS,
        "test_what_comes_after_a_long_silence_is_not_believed": WAITS,
    },
    "tests/label/test_formats.py": {
        "test_memory_does_not_grow_with_the_number_of_lines": LARGE,
    },
    "tests/label/test_tracks.py": {
        "test_two_people_who_cross_in_a_film_keep_their_numbers": NETWORKS,
        "test_who_leaves_a_film_for_two_seconds_is_known_and_after_a_minute_is_not": NETWORKS,
    },
    "tests/notify/test_command.py": {
        "test_what_it_has_started_is_ended_with_it": WAITS,
        "test_what_it_leaves_in_the_background_is_not_waited_for": WAITS,
    },
    "tests/report/test_film_page.py": {
        "test_a_page_fits_its_window_and_asks_for_nothing": BROWSER,
    },
    "tests/report/test_history_page.py": {
        "test_a_browser_shows_it_on_a_desk_and_on_a_phone_and_asks_for_nothing": BROWSER,
    },
    "tests/sinks/test_drawing.py": {
        "test_a_picture_with_nobody_is_marked": LARGE,
        "test_pictures_from_160_pixels_to_8k_have_text_and_lines_in_scale": LARGE,
        "test_whatever_is_drawn_the_face_stays_to_be_seen": EXAMPLES,
    },
    "tests/watch/test_looks.py": {
        "test_a_stream_has_the_times_of_the_clock_also_after_a_pause": WAITS,
        "test_a_stream_that_breaks_off_can_be_opened_again": WAITS,
    },
}
"""Tests that differ from their file: what a command is for, and what takes half a second."""


def why(nodeid: str) -> str:
    """Return why a test is slow, or FAST."""
    file, _, test = nodeid.partition("::")
    places = [file, *(parent.as_posix() for parent in PurePosixPath(file).parents)]
    near = next((PLACES[place] for place in places if place in PLACES), FAST)
    return TESTS.get(file, {}).get(test.partition("[")[0], near)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow, before pytest obeys `-m`."""
    for item in items:
        if why(item.nodeid):
            item.add_marker(pytest.mark.slow)
