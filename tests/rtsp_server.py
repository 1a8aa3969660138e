"""A camera that speaks RTSP and wants a password: a clip in a circle, by GStreamer.

Debian's Python runs it, `/usr/bin/python3 rtsp_server.py CLIP PORT USER PASSWORD`, with
python3-gi, gir1.2-gst-rtsp-server-1.0, gstreamer1.0-plugins-base and -good. It says `ready`; with
port 0 one is chosen, and said too. Nothing of it is imported by tests.
"""

from __future__ import annotations

import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402 - as PyGObject wants it

NEEDED = ("multifilesrc", "qtdemux", "rtph264pay", "rtpbin", "appsrc")
LAUNCH = "( multifilesrc location={} loop=true ! qtdemux ! queue ! rtph264pay name=pay0 pt=96 )"
ROLE = "viewer"


def main(clip: str, port: str, user: str, password: str) -> None:
    Gst.init(None)
    missing = [name for name in NEEDED if not Gst.ElementFactory.find(name)]
    if missing:
        print("missing", *missing, flush=True)
        return
    server = GstRtspServer.RTSPServer(address="127.0.0.1", service=port)
    server.set_auth(_who(user, password))
    server.get_mount_points().add_factory("/desk", _desk(clip))
    server.attach(None)
    print("ready", server.get_bound_port(), flush=True)
    GLib.MainLoop().run()


def _who(user: str, password: str) -> GstRtspServer.RTSPAuth:
    auth, token = GstRtspServer.RTSPAuth(), GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", ROLE)
    auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token)
    return auth


def _desk(clip: str) -> GstRtspServer.RTSPMediaFactory:
    factory, may = GstRtspServer.RTSPMediaFactory(), GstRtspServer.RTSPPermissions()
    for what in ("access", "construct"):
        may.add_permission_for_role(ROLE, f"media.factory.{what}", True)
    factory.set_permissions(may)
    factory.set_launch(LAUNCH.format(clip))
    factory.set_shared(True)
    return factory


if __name__ == "__main__":
    main(*sys.argv[1:])
