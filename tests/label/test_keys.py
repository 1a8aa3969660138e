"""The memory of keys; what they hold is in test_journal.py."""

import tracemalloc

from posture_cli.label.keys import Keys

MANY = 20_000


def test_keys_take_little_memory_even_while_they_are_read():
    tracemalloc.start()
    keys = Keys(f"/photos/{number}.jpg" for number in range(MANY))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(keys) == MANY
    assert peak < 24 * MANY  # 8 bytes each, and an array grows ahead; a list takes 40
