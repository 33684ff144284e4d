#!/usr/bin/env python3
"""RTP streams out of a capture, and whether each is one line: numbers without a gap, times that go with the clock.

    wire.py FILE FIRST-LAST     the streams from these ports; exit 0 if there are some and none breaks
"""
import os, shutil, struct, subprocess, sys, time

# What is not G.711, G.722 or an event is Opus.
CLOCKS = {0: 8000, 8: 8000, 9: 8000}
EVENTS = (101, 110)
# Timestamps may stray from the packets' own times by so much: a jitter buffer that learns, a machine that does other things too.
STRAY = 0.15


class Capture:
    """tcpdump on loopback while this is in use; needs root."""

    def __init__(self, path):
        self.path, self.process = path, None

    @staticmethod
    def possible():
        return os.geteuid() == 0 and shutil.which("tcpdump") is not None

    def __enter__(self):
        if self.possible():
            command = ["tcpdump", "-U", "-i", "lo", "-s", "256", "-w", self.path, "udp"]
            self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
            time.sleep(0.7)
        return self

    def __exit__(self, *_):
        if self.process:
            time.sleep(0.3)
            self.process.terminate()
            self.process.wait()


def datagrams(path):
    """Time, destination's port, payload of each (classic pcap, Ethernet)."""
    with open(path, "rb") as file:
        data = file.read()
    order, at = "<" if data[:4] == b"\xd4\xc3\xb2\xa1" else ">", 24
    while at + 16 <= len(data):
        seconds, micros, kept, _ = struct.unpack_from(order + "IIII", data, at)
        frame = data[at + 30 : at + 16 + kept]
        at += 16 + kept
        header = (frame[0] & 15) * 4 if frame else 0
        if len(frame) >= header + 8 and frame[0] >> 4 == 4 and frame[9] == 17:
            source, to = struct.unpack_from("!HH", frame, header)
            yield seconds + micros / 1e6, source, to, frame[header + 8 :]


def streams(path, ours):
    """RTP where `ours(from, to)` of the ports: by port and SSRC, packets as (time, sequence, timestamp, marker, payload type)."""
    found = {}
    for when, source, to, rtp in datagrams(path):
        if ours(source, to) and len(rtp) >= 12 and rtp[0] >> 6 == 2 and not 192 <= rtp[1] <= 223:
            sequence, timestamp, ssrc = struct.unpack_from("!HII", rtp, 2)
            found.setdefault((to, ssrc), []).append((when, sequence, timestamp, rtp[1] >> 7, rtp[1] & 127))
    return found


def breaks(packets):
    """What is wrong with a stream: a list of words, empty where nothing is. A packet may be late, since its sender was: then it is
    behind the timestamps, and those after it are not. No packet is ahead of them, and the stream does not stay behind."""
    wrong, before, last, media, behind, began = [], None, None, 0.0, [], packets[0][0]
    for packet in packets:
        when, sequence, timestamp, _, kind = packet
        if last is not None and (sequence - last) & 0xFFFF != 1:
            wrong.append(f"{when - began:.2f} s: sequence {last} then {sequence}")
        last = sequence
        if kind in EVENTS:
            # They keep the time at which they began: the line is that of the audio.
            continue
        if before:
            step = ((timestamp - before[2] + 2**31) & 0xFFFFFFFF) - 2**31
            media += step / CLOCKS.get(kind, 48000)
            if step <= 0:
                wrong.append(f"{when - began:.2f} s: timestamp {step} units on")
        behind.append((when - began, when - began - media))
        before = packet
    least = lambda since, until: min((late for at, late in behind if since <= at <= until), default=0.0)
    first, end = least(0, 1), behind[-1][0] if behind else 0.0
    ahead = next((at for at, late in behind if late < first - STRAY), None)
    if ahead is not None:
        wrong.append(f"{ahead:.2f} s: ahead of time")
    if least(end - 1, end) > first + STRAY:
        wrong.append(f"{1000 * (least(end - 1, end) - first):.0f} ms behind at the end")
    return wrong


def continuity(path, ours):
    """Lines for people about these streams, and how many breaks there are. One SSRC for each port, all its life."""
    found, lines, total = streams(path, ours), [], 0
    for (port, ssrc), packets in found.items():
        wrong = breaks(packets)
        total += len(wrong)
        kinds = "+".join(str(kind) for kind in dict.fromkeys(p[4] for p in packets))
        lines.append(f"to {port}: {len(packets)} packets of {ssrc:08x}, payload types {kinds}, {len(wrong)} breaks" + "".join(f"\n      {w}" for w in wrong[:5]))
    sources = len(found) - len({port for port, _ in found})
    return lines, total + sources


if __name__ == "__main__":
    first, last = map(int, sys.argv[2].split("-"))
    lines, wrong = continuity(sys.argv[1], lambda source, _: first <= source <= last)
    print(*lines, sep="\n")
    sys.exit(0 if lines and not wrong else 1)
