#!/usr/bin/env python3
"""baresip phones at a softswitch that runs: what they hear of each other is compared with what was said.

    phones.py --server 127.0.0.1:5060 [--work FOLDER] [room] [hold] [transfer] [digits]

room      three phones in *60: each hears both others, and not itself
hold      one puts the other on hold (re-INVITE, sendonly), who hears music, and takes it back
transfer  blind, by REFER: the one who stays hears first the one, then the other
digits    by RFC 4733 through the softswitch to a phone; as tones in the audio to the softswitch

Exit 0 if all is as it should be. Needs baresip with its modules and numpy; with tcpdump and root the streams are
looked at too (sequence numbers, timestamps), with the package pesq quality is measured. Exit 77 where phones cannot be had.
"""
import argparse, os, sys, tempfile, time

sys.dont_write_bytecode = True

try:
    import numpy as np
    import sound, wire
    from phone import Phone, missing
except ImportError as why:
    print(f"no phones: {why}")
    sys.exit(77)

CLIPS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "clips")
CHORD = (262, 330, 392)
ROWS, COLUMNS = (697, 770, 852, 941), (1209, 1336, 1477, 1633)
failed = []


def check(good, what):
    print(f"    {'' if good else 'WRONG: '}{what}")
    if not good:
        failed.append(what)


def clip(name):
    samples, rate = sound.read(os.path.join(CLIPS, name + ".wav"))
    return sound.resample(samples, rate, sound.RATE)


def said(args, name):
    """A speaker for each: the clips, and one of them backwards."""
    samples = clip("bob")[::-1] if name == "carol" else clip(name)
    path = os.path.join(args.work, name + ".wav")
    sound.write(path, np.tile(samples, 6), sound.RATE)
    return path, samples


def phone(args, name, index, codec="PCMU", say=None):
    return Phone(args.work, args.server, name, index, codec, say or said(args, name)[0])


def ear(of):
    samples, rate = of.heard()
    return sound.resample(samples, rate, sound.RATE)


def line(args, capture, *phones):
    """The streams to some phones are one line each."""
    if capture.process is None:
        return
    ports = {port for p in phones for port in range(p.rtp, p.rtp + 20, 2)}
    lines, wrong = wire.continuity(capture.path, lambda _, to: to in ports)
    for text in lines:
        print(f"    {text}")
    check(wrong == 0 and lines, f"{wrong} breaks in {len(lines)} streams")


def capture(args, name):
    return wire.Capture(os.path.join(args.work, name + ".pcap"))


def room(args):
    names, codecs = ("alice", "bob", "carol"), ("PCMU", "G722", "opus")
    with capture(args, "room") as taken:
        phones = [phone(args, name, at, codecs[at]) for at, name in enumerate(names)]
        for each in phones:
            each.dial("*60")
        time.sleep(14)
        for each in phones:
            each.stop()
    for listener in phones:
        heard = ear(listener)
        for name in names:
            gain, alike = sound.presence(said(args, name)[1], heard)
            if name == listener.name:
                check(alike < 0.35 or gain < -20, f"{name} ({listener.codec}) does not hear itself: {gain:.1f} dB, correlation {alike:.2f}")
            else:
                check(alike > 0.35 and abs(gain) < 4, f"{listener.name} ({listener.codec}) hears {name} at {gain:+.1f} dB, correlation {alike:.2f}")
    line(args, taken, *phones)


def hold(args):
    with capture(args, "hold") as taken:
        bob, alice = phone(args, "bob", 1), phone(args, "alice", 0)
        alice.dial("bob")
        time.sleep(5)
        alice.command("hold")
        time.sleep(4)
        alice.command("resume")
        time.sleep(6)
        alice.stop()
        bob.stop()
    heard, speech = ear(bob), said(args, "alice")[1]
    second = sound.RATE
    music = [sound.tone(heard[at : at + second], CHORD) for at in range(0, len(heard) - second, second)]
    _, before = sound.presence(speech[: 4 * second], heard[: 5 * second])
    _, after = sound.presence(speech, heard[9 * second + second // 2 :])
    check(before > 0.8, f"bob hears alice before the hold: correlation {before:.2f}")
    check(sum(share > 0.8 for share in music) >= 3, "bob hears music while on hold: share of the chord " + " ".join(f"{m:.2f}" for m in music))
    check(after > 0.8, f"bob hears alice after it: correlation {after:.2f}")
    line(args, taken, bob, alice)


def transfer(args):
    with capture(args, "transfer") as taken:
        bob, carol, alice = phone(args, "bob", 1), phone(args, "carol", 2, "PCMA"), phone(args, "alice", 0)
        alice.dial("bob")
        time.sleep(4)
        bob.command("transfer", f"sip:carol@{args.server}")
        carol.wait("CALL_ESTABLISHED")
        time.sleep(6)
        check(bool(bob.told("CALL_CLOSED")), "bob's call has ended")
        for each in (alice, carol, bob):
            each.stop()
    heard, middle = ear(alice), int(4.5 * sound.RATE)
    _, first = sound.presence(said(args, "bob")[1][: 4 * sound.RATE], heard[:middle])
    _, second = sound.presence(said(args, "carol")[1][: 5 * sound.RATE], heard[middle:])
    _, back = sound.presence(said(args, "alice")[1], ear(carol))
    check(first > 0.8, f"alice hears bob first: correlation {first:.2f}")
    check(second > 0.8, f"then carol, in another codec: correlation {second:.2f}")
    check(back > 0.8, f"carol hears alice: correlation {back:.2f}")
    line(args, taken, alice, carol)


def keys(digits):
    """Tones of 100 ms for each digit, with as much of nothing behind; Q.24 levels."""
    time_line, gap = np.arange(800) / sound.RATE, np.zeros(800)
    pad = "123A456B789C*0#D"
    tone = lambda d: sum(0.2 * np.sin(2 * np.pi * f * time_line) for f in (ROWS[pad.index(d) // 4], COLUMNS[pad.index(d) % 4]))
    return np.concatenate([part for d in digits for part in (tone(d), gap)])


def digits(args):
    path = os.path.join(args.work, "keys.wav")
    sound.write(path, np.concatenate([np.zeros(16000), keys("159D"), np.zeros(400000)]), sound.RATE)
    with capture(args, "digits") as taken:
        bob, alice, carol = phone(args, "bob", 1, "opus"), phone(args, "alice", 0), phone(args, "carol", 2, "PCMU", path)
        alice.dial("bob")
        time.sleep(1)
        for key in "7#4":
            alice.command("sndcode", key)
            time.sleep(0.5)
        alice.command("hangup")
        carol.dial("*43")
        time.sleep(5)
        carol.stop()
        alice.stop()
        bob.stop()
    got = "".join(event.get("param", "") for event in bob.told("CALL_DTMF_START"))
    check(got == "7#4", f"bob is told of the keys {got!r} that alice pressed")
    if args.log:
        text = open(args.log, errors="replace").read()
        heard = "".join(text.split("carol pressed ")[n][0] for n in range(1, text.count("carol pressed ") + 1))
        check(heard == "159D", f"the softswitch hears the tones {heard!r} in carol's audio")
    line(args, taken, bob)


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--server", default="127.0.0.1:5060")
    words.add_argument("--work", help="keep recordings and captures here")
    words.add_argument("--log", help="what the softswitch tells")
    words.add_argument("what", nargs="*", default=["room", "hold", "transfer", "digits"])
    args = words.parse_args()
    if missing():
        print(f"no phones: {missing()}")
        sys.exit(77)
    args.work = args.work or tempfile.mkdtemp(prefix="phones")
    os.makedirs(args.work, exist_ok=True)
    for name in args.what:
        print(f"  {name}:")
        {"room": room, "hold": hold, "transfer": transfer, "digits": digits}[name](args)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
