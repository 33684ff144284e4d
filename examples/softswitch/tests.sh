#!/usr/bin/env bash
# Calls the softswitch with real SIP clients: sipp for what is signalled, and where they are, baresip phones.
#
#   examples/softswitch/tests.sh           the short set, under a minute
#   examples/softswitch/tests.sh --full    more calls, a hundred at once, and a phone that vanishes
#
# sipp is installed by apt where it is missing and that is possible; else this says so, and passes. With
# --full, baresip phones meet, hold, transfer and press keys (phones/phones.py; PYTHON=... names one with numpy), and with E2E=FOLDER,
# which has a call.sh that makes and grades a call between two of them, their speech is graded.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
source "$here/scenarios.sh"
full=${1:-}
host=127.0.0.1 sip=127.0.0.1:5460 page=127.0.0.1:8460
work=$(mktemp -d)
jobs=() called=()

finish() {
    status=$?
    trap - EXIT
    kill "${jobs[@]}" 2> /dev/null || true
    if [ "$status" -ne 0 ]; then
        echo "FAILED; the softswitch told:"
        tail -n 60 "$work/switch.log" || true
        cat "$work"/*.err 2> /dev/null | grep -v "route set" | cut -c 1-400 || true
    fi
    rm -rf "$work"
    exit "$status"
}
trap finish EXIT

if ! command -v sipp > /dev/null && [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    (apt-get update && apt-get install -y --no-install-recommends sip-tester) > /dev/null 2>&1 || true
fi
if ! command -v sipp > /dev/null; then
    echo "skipped: there is no sipp here, and it could not be installed"
    exit 0
fi

cargo build --quiet --release --example softswitch
cd "$work"
# A recording decodes: calls that are graded go without.
record=(--record "$work")
[ "$full" = --full ] && record=()
target=${CARGO_TARGET_DIR:-$here/../../target}
"$target/release/examples/softswitch" --sip $sip --page $page --ports 46000-47999 --open "${record[@]}" --cdr "$work/cdr.jsonl" > switch.log 2>&1 &
switch=$!
jobs+=($switch)
LC_ALL=C printf '%01000d' 0 | sed 's/0/\xaa\xaa\xaa\xaa\x2a\x2a\x2a\x2a/g' > tone.ulaw # 1 kHz, a second

# SCENARIO CALLS PORT OPTIONS...: starts a caller or callee.
start() {
    local name=$1 calls=$2 port=$3
    shift 3
    scenario "$name" > "$name-$port.xml"
    timeout 40 sipp $sip -sf "$name-$port.xml" -i $host -p "$port" -mi $host -mp $((port + 2000)) -m "$calls" -nostdin \
        -timeout 35 -timeout_error -trace_err -error_file "$work/$name-$port.err" "$@" > "$name-$port.log" 2>&1 &
    jobs+=($!)
}
ends() { wait "$2" || { echo "  $1: not as it should be"; return 1; }; }
# The same, and waits until all is said.
run() { start "$@"; ends "$1" "${jobs[-1]}"; }
# A callee, registered under the name of its scenario, whose audio comes back: NAME CALLS PORT
callee() {
    start "$1" "$2" "$3" -rtp_echo
    called+=("$1" "${jobs[-1]}")
    sleep 0.3
    run register 1 $(($3 + 500)) -s "$1" -key contact $host:"$3"
}
passed() { echo "  passed: $1"; }
told() { grep -q -- "$1" switch.log || { echo "  the softswitch did not tell: $1"; return 1; }; }

sleep 1
run options 1 15710
WANTED=401 run register 1 15730 -s alice -key contact $host:15730
run unknown 1 15750 -s '*77'
for ((n = 1; n <= 6; n++)); do WHICH=$n run hostile 1 $((16250 + 20 * n)) -s '*43'; done
passed "descriptions that are none are refused"
passed "OPTIONS, a REGISTER without credentials, an unknown number"

callee busy 1 15770
run busy_caller 1 15790 -s busy
callee ringer 1 15810
run canceller 1 15830 -s ringer
callee early 1 15850
run early_caller 1 15870 -s early
passed "486 passed on, CANCEL, early media"

callee echo 25 15890
run talker 20 15910 -s echo -d 4000 -r 20 -l 20
run holder 1 15930 -s echo
told "sendonly\|recvonly"
passed "20 calls at once with media, hold and resume, an offer of ours in a re-INVITE"

run bare 1 16130 -s echo
run bare 1 16150 -s '*43'
run talker 1 16170 -s '*44' -d 500
run options 1 16190 -t t1
passed "an INVITE without an offer, to a phone and to a feature; music; SIP by TCP"

if [ "$(id -u)" = 0 ] && command -v tcpdump python3 > /dev/null; then
    tcpdump -U -i lo -s 128 -w change.pcap udp 2> /dev/null &
    taken=$!
    sleep 0.5
    run changer 1 16210 -s '*44'
    run changer 1 16230 -s echo
    kill $taken
    wait $taken || true
    python3 "$here/phones/wire.py" change.pcap 46000-47999
    passed "other codecs in mid-call: sequence numbers and timestamps go on"
else
    echo "  skipped: streams are not looked at without tcpdump, python3 and root"
fi

callee leaver 1 15950
TARGET=leaver run transferrer 1 15970 -s echo
passed "blind transfer"

# The second call of who transfers, as its own messages tell it.
callee guest 1 16430
start consulter 1 16450 -s guest -trace_msg -message_file "$work/consulter.msg"
consulter=${jobs[-1]}
sleep 1.5
header() { sed -n "0,/^SIP.2.0 200/d; s/^$1: *//p" consulter.msg | tr -d '\r' | head -n 1; }
dialog="$(header Call-ID)%3Bto-tag%3D$(header To | sed 's/.*tag=//')%3Bfrom-tag%3D$(header From | sed 's/.*tag=//')"
HEADERS="?Replaces=${dialog/@/%40}" run transferrer 1 16470 -s echo
ends consulter "$consulter"
told "connects echo with guest"
passed "attended transfer"

digits=/usr/share/sip-tester
if [ -f $digits/dtmf_2833_pound.pcap ]; then
    run digits 1 15990 -s '*9'
    told "pressed 1"
    told "pressed #"
    told "a message of"
    passed "digits in RTP, and a message that # ends"
else
    echo "  skipped: sipp came without captures of digits"
fi
run info 1 16010 -s '*43'
told "sends 5 by INFO"
run talker 3 16030 -s '*60' -d 2500 -r 10
told "conference 60, the 3"
passed "a digit by INFO, three in a conference"

for ((n = 0; n < ${#called[@]}; n += 2)); do ends "${called[n]}" "${called[n + 1]}"; done
[ "$(wc -l < cdr.jsonl)" -ge 35 ]
[ "$full" = --full ] || [ "$(find . -name 'call-*.wav' -size +20k | wc -l)" -ge 20 ]
if command -v curl > /dev/null; then
    curl --silent --fail http://$page/metrics > metrics
    grep -q "^media_" metrics
fi
passed "every callee was served to the end; there are records and recordings"
[ "$full" = --full ] || exit 0

# The figures of the engine, as the page has them.
figures() {
    curl --silent http://$page/state | tr ',' '\n' | sed -E 's/.*"(p50|p99|p999|egress_dropped|unsent|foreign|xruns|load)":/\1 /; t; d' | tr '\n' ' '
    echo
}
callee echo 100 16050
start talker 100 16070 -s echo -d 20500 -r 20 -l 100
talkers=${jobs[-1]}
sleep 15
echo "  with 100 calls: $(figures)"
ends talker "$talkers"
figures > after
grep -q "egress_dropped 0 " after && grep -q "unsent 0 " after
passed "100 calls at once, nothing was lost on the way out"

callee echo 1 16090
gone=${called[-1]}
start talker 1 16110 -s echo -d 60000
sleep 2
# The phone itself, not the timer around it.
kill -9 "$(pgrep -P "$gone")"
for ((n = 0; n < 30; n++)); do grep -q "echo has vanished" switch.log && break; sleep 1; done
told "echo has vanished"
passed "a call ended whose phone was killed, after $n s"

# 77: there are no phones here, as it says.
"${PYTHON:-python3}" "$here/phones/phones.py" --server $sip --log switch.log || [ $? = 77 ]
passed "phones: a conference, hold, transfer, digits"

if [ -x "${E2E:-}/call.sh" ]; then
    for pair in "PCMU PCMU" "PCMU opus" "G722 PCMA" "opus opus"; do
        read -r from to <<< "$pair"
        "$E2E/call.sh" --server $sip --caller "$from" --callee "$to" --base-port 15100 > call.json || { cat call.json; exit 1; }
        echo "  $pair: $(grep -E '"(pesq|pesq_loss|delay_ms|ts_jumps)"' call.json | tr -d '\n')"
    done
    passed "calls between phones, graded"
else
    echo "  skipped: no phones (E2E names no folder with a call.sh)"
fi
