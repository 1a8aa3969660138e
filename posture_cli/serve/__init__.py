"""An HTTP endpoint: pictures in, `posture/1` out, for programs, platforms and people.

`app.py` has the addresses, `asked.py` reads what is sent, `answers.py` writes what is answered,
`pool.py` does the work with a bounded queue, `guard.py` lets in only what may come in, and
`page.py` with the folder `page` is the page for people.
"""
