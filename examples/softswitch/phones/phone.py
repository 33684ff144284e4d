"""One headless baresip, driven over its control socket; what it says and hears are WAV files."""
import atexit, glob, json, os, queue, shutil, socket, subprocess, threading, time

from sound import read, resample, write

CODECS = {"PCMU": ("PCMU/8000/1", 8000), "PCMA": ("PCMA/8000/1", 8000), "G722": ("G722/16000/1", 16000), "opus": ("opus/48000/2", 48000)}
CONFIG = """poll_method epoll
sip_listen {address}:{port}
call_local_timeout 120
audio_source aufile,say.wav
audio_player aubridge,sink
audio_alert aubridge,alert
ausrc_srate {rate}
auplay_srate {rate}
ausrc_channels 1
auplay_channels 1
jitter_buffer_delay 1-10
rtp_ports {rtp}-{rtp_last}
ringback_disabled yes
module_path {modules}
module opus.so
module g722.so
module g711.so
module sndfile.so
module aufile.so
module aubridge.so
module ctrl_tcp.so
module_tmp uuid.so
module_tmp account.so
module_app menu.so
ctrl_tcp_listen {address}:{control}
snd_path .
opus_bitrate 32000
opus_application voip
opus_inbandfec yes
"""


def modules():
    places = [os.environ.get("BARESIP_MODULES", "")] + glob.glob("/usr/lib/baresip/modules") + glob.glob("/usr/lib/*/baresip/modules")
    return next((p for p in places if p and os.path.isdir(p)), None)


def missing():
    """What is not there for such a phone; None if it can be had."""
    if not shutil.which("baresip"):
        return "no baresip"
    if not modules() or not os.path.exists(os.path.join(modules(), "ctrl_tcp.so")):
        return "no module ctrl_tcp of baresip"
    return None


class Phone:
    """A phone registered at `server` under `name`, with one codec. `say` is a WAV file, or None for a minute of nothing."""

    def __init__(self, work, server, name, index, codec="PCMU", say=None, address="127.0.0.1", seconds=60):
        self.name, self.server, self.codec = name, server, codec
        self.port, self.control, self.rtp = 17200 + 10 * index, 17206 + 10 * index, 18200 + 20 * index
        self.folder = os.path.join(work, "phone-" + name)
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        sdp, rate = CODECS[codec]
        self.rate, self.say = rate, os.path.join(self.folder, "say.wav")
        samples, of = read(say) if say else ([0.0] * rate * 60, rate)
        write(self.say, resample(samples, of, rate), rate)
        with open(os.path.join(self.folder, "config"), "w") as f:
            f.write(CONFIG.format(address=address, port=self.port, rate=rate, rtp=self.rtp, rtp_last=self.rtp + 18, modules=modules(), control=self.control))
        with open(os.path.join(self.folder, "accounts"), "w") as f:
            f.write(f"<sip:{name}@{server}>;auth_user={name};auth_pass=secret;regint=600;answermode=auto;audio_codecs={sdp}\n")
        open(os.path.join(self.folder, "contacts"), "w").close()
        self.events, self.answers, self.seen = queue.Queue(), queue.Queue(), []
        with open(os.path.join(self.folder, "log.txt"), "wb") as log:
            self.process = subprocess.Popen(["baresip", "-4", "-f", ".", "-n", address, "-t", str(seconds)], cwd=self.folder,
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        atexit.register(self.process.kill)
        for _ in range(50):
            try:
                self.socket = socket.create_connection((address, self.control), timeout=1)
                break
            except OSError:
                time.sleep(0.1)
        self.socket.settimeout(None)
        threading.Thread(target=self._listen, daemon=True).start()
        self._register()

    def _register(self):
        # It may have been registered before anybody listened: it is asked.
        for _ in range(100):
            self.command("reginfo")
            if "OK" in self.answers.get(timeout=5).get("data", ""):
                return
            time.sleep(0.1)
        raise SystemExit(f"{self.name} is not registered")

    def _listen(self):
        waiting = b""
        while True:
            try:
                waiting += self.socket.recv(65536)
                while b":" in waiting:
                    length, rest = waiting.split(b":", 1)
                    if len(rest) <= int(length):
                        break
                    message, waiting = json.loads(rest[: int(length)]), rest[int(length) + 1 :]
                    (self.events if message.get("event") else self.answers).put(message)
            except (OSError, ValueError):
                return

    def wait(self, kind, seconds=10):
        """Waits for an event, and returns it."""
        end = time.monotonic() + seconds
        while True:
            try:
                event = self.events.get(timeout=max(0.01, end - time.monotonic()))
            except queue.Empty:
                raise SystemExit(f"{self.name}: no {kind} within {seconds} s; there was {[e['type'] for e in self.seen]}") from None
            self.seen.append(event)
            if event["type"] == kind:
                return event

    def told(self, kind):
        """All events of a kind up to now."""
        while not self.events.empty():
            self.seen.append(self.events.get())
        return [event for event in self.seen if event["type"] == kind]

    def command(self, name, parameters=""):
        message = json.dumps({"command": name, "params": parameters, "token": "1"}).encode()
        self.socket.sendall(b"%d:%s," % (len(message), message))

    def dial(self, whom):
        self.command("dial", f"sip:{whom}@{self.server}")
        self.wait("CALL_ESTABLISHED")

    def stop(self):
        if self.process.poll() is None:
            self.command("quit")
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def heard(self):
        """What it heard in its longest call: samples and their rate."""
        files = sorted(glob.glob(os.path.join(self.folder, "dump-*-dec.wav")), key=os.path.getsize)
        if not files:
            raise SystemExit(f"{self.name} heard nothing")
        return read(files[-1])
