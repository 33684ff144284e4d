#!/usr/bin/env python3
"""Our delay control beside NetEq's, trace by trace.

    table.py --sim jitter-sim --lib target/release/examples/libjitter_peer.so --wav talk_8k.wav \\
             --baseline BASELINE_pcmu.csv [--codec pcmu] [--options min=0] traces/*.csv

The price is NetEq's own: J' = delay + 100 ms for each 1 % of the output that was concealed beyond what was lost
or not sent. `late%` is what a peer threw away: J' does not know it.

With `--plot DIR` a picture of every trace is drawn (matplotlib): arrivals, the delay and its target over time, and
what was concealed.
"""
import argparse, concurrent.futures as cf, csv, json, os, subprocess, tempfile


def arrivals(trace):
    """Seconds of arrival, and ms that each packet took longer than the fastest one."""
    with open(trace) as f:
        rows = [r for r in csv.reader(f) if r and not r[0].startswith("#")]
    head, rows = rows[0], [r for r in rows[1:]]
    send, arrive = head.index("send_ms"), head.index("arrival_ms")
    came = [(float(r[arrive]), float(r[send])) for r in rows if r[arrive] not in ("", "lost")]
    fastest = min(a - s for a, s in came)
    return [a / 1000 for a, _ in came], [a - s - fastest for a, s in came]


def draw(ticks, trace, to):
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    with open(ticks) as f:
        rows = list(csv.DictReader(f))
    now = [float(r["now_ms"]) / 1000 for r in rows]
    fig, ax = plt.subplots(figsize=(14, 5))
    at, late = arrivals(trace)
    ax.plot(at, late, ".", markersize=2, color="0.6", label="packet, later than the fastest by")
    for name, color in (("delay_ms", "tab:blue"), ("target_ms", "tab:orange")):
        ax.plot(now, [float(r[name]) for r in rows], color=color, linewidth=1, label=name[:-3])
    before, spans = 0, []
    for t, r in zip(now, rows):
        concealed = int(r["concealed_samples"])
        if concealed > before:
            if spans and t - spans[-1][1] < 0.025:
                spans[-1][1] = t
            else:
                spans.append([t - 0.01, t])
        before = concealed
    for i, (start, end) in enumerate(spans):
        ax.axvspan(start, end, color="tab:red", alpha=0.3, linewidth=0.5, label=None if i else "concealed or silent")
    ax.set(xlabel="s", ylabel="ms", title=os.path.basename(trace))
    ax.legend(loc="upper right")
    fig.savefig(to, dpi=110, bbox_inches="tight")
    plt.close(fig)


def run(a):
    sim, lib, wav, codec, options, plot, trace = a
    if plot:
        with tempfile.TemporaryDirectory() as there:
            ticks = os.path.join(there, "ticks.csv")
            result = run((sim, lib, wav, codec, ",".join(filter(None, [options, f"trace={ticks}"])), None, trace))
            draw(ticks, trace, os.path.join(plot, os.path.basename(trace).removesuffix(".csv") + ".png"))
        return result
    spec = f"lib:{lib}:{options}" if options else f"lib:{lib}"
    p = subprocess.run([sim, "--trace", trace, "--wav", wav, "--codec", codec, "--peer", spec], capture_output=True, text=True)
    if p.returncode:
        raise SystemExit(f"{trace}: {p.stderr}")
    return os.path.basename(trace), json.loads(p.stdout)


def price(r):
    f = {k: float(r[k]) for k in ("delay_mean_ms", "concealed_pct", "pause_pct", "lost_pct")}
    excess = max(0.0, f["concealed_pct"] - f["pause_pct"] - f["lost_pct"])
    return f["delay_mean_ms"] + 100 * excess, excess


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("traces", nargs="+")
    p.add_argument("--sim", required=True)
    p.add_argument("--lib", required=True)
    p.add_argument("--wav", required=True)
    p.add_argument("--codec", default="pcmu")
    p.add_argument("--options", default="")
    p.add_argument("--baseline")
    p.add_argument("--jobs", type=int, default=2)
    p.add_argument("--brief", action="store_true")
    p.add_argument("--plot", metavar="DIR")
    o = p.parse_args()
    if o.plot:
        os.makedirs(o.plot, exist_ok=True)
        o.jobs = 1  # matplotlib draws in one thread
    base = {}
    if o.baseline:
        with open(o.baseline) as f:
            base = {r["trace"]: r for r in csv.DictReader(f) if r["peer"] == "neteq"}
    jobs = [(o.sim, o.lib, o.wav, o.codec, o.options, o.plot, t) for t in o.traces]
    head = f"{'trace':24} {'delay':>7} {'p95':>7} {'beyond%':>7} {'unmatch':>7} {'late%':>6} {'stretch':>7} {'J':>7}"
    if not o.brief:
        print(head + f" | {'NetEq':>7} {'beyond%':>7} {'unmatch':>7} {'J':>7} | ratio")
    sums, wins, n, known = [0.0] * 8, 0, 0, 0
    with cf.ThreadPoolExecutor(o.jobs) as ex:
        for trace, r in ex.map(run, jobs):
            j, e = price(r)
            line = f"{trace[:24]:24} {r['delay_mean_ms']:7.1f} {r['delay_p95_ms']:7.1f} {e:7.2f} {r['unmatched_pct']:7.2f} {r['late_pct']:6.2f} {r['stretch_pct']:7.2f} {j:7.1f}"
            n += trace in base or not base
            if trace in base:
                b = base[trace]
                bj, be = price(b)
                wins += j < bj
                known += 1
                line += f" | {float(b['delay_mean_ms']):7.1f} {be:7.2f} {float(b['unmatched_pct']):7.2f} {bj:7.1f} | {j / bj:5.2f}"
                for i, v in enumerate((float(b["delay_mean_ms"]), be, float(b["unmatched_pct"]), bj)):
                    sums[4 + i] += v
            # Means are over the traces that the baseline has, or all without one.
            for i, v in enumerate((r["delay_mean_ms"], e, r["unmatched_pct"], j)):
                sums[i] += v * (trace in base or not base)
            if not o.brief:
                print(line, flush=True)
    m = [s / max(n, 1) for s in sums[:4]] + [s / max(known, 1) for s in sums[4:]]
    print(f"mean of {n}: delay {m[0]:.1f}, beyond {m[1]:.2f} %, unmatched {m[2]:.2f} %, J' {m[3]:.1f}")
    if known:
        print(f"NetEq of {known}: delay {m[4]:.1f}, beyond {m[5]:.2f} %, unmatched {m[6]:.2f} %, J' {m[7]:.1f}; "
              f"ours / NetEq: J' {m[3] / m[7]:.3f}, delay {m[0] / m[4]:.3f}, lower J' on {wins}")


if __name__ == "__main__":
    main()
