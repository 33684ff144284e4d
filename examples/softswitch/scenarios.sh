# Pieces of sipp scenarios, and the scenarios that tests.sh makes of them. Sourced, not run.

# The caller's request: METHOD CSEQ [HEADER...] with its body from standard input, if that is not empty.
ask() {
    local method=$1 number=$2 uri='[next_url]' tag='[peer_tag_param]' body resend=' retrans="500"'
    shift 2
    body=$(cat)
    [ "$number" = 1 ] && [ "$method" != ACK ] && uri='sip:[service]@[remote_ip]:[remote_port]' tag=''
    [ "$method" = ACK ] && resend=''
    echo "<send$resend><![CDATA["
    printf '%s\n' "$method $uri SIP/2.0" 'Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]' 'Max-Forwards: 70' \
        'From: <sip:sipp@[local_ip]:[local_port]>;tag=[pid]a[call_number]' "To: <sip:[service]@[remote_ip]:[remote_port]>$tag" \
        'Call-ID: [call_id]' "CSeq: $number $method" 'Contact: <sip:sipp@[local_ip]:[local_port]>' "$@"
    with "$body"
}

# The callee's response: STATUS.
reply() {
    # What is provisional is not acknowledged.
    case $1 in 1*) echo '<send><![CDATA[' ;; *) echo '<send retrans="500"><![CDATA[' ;; esac
    printf '%s\n' "SIP/2.0 $1" '[last_Via:]' '[last_From:]' '[last_To:];tag=[pid]b[call_number]' '[last_Call-ID:]' '[last_CSeq:]' \
        'Contact: <sip:[local_ip]:[local_port]>'
    with "$(cat)"
}

# The caller's response to a request within the dialog.
agree() {
    echo '<send><![CDATA['
    printf '%s\n' 'SIP/2.0 200 OK' '[last_Via:]' '[last_From:]' '[last_To:]' '[last_Call-ID:]' '[last_CSeq:]' 'Content-Length: 0' '' ']]></send>'
}

with() {
    [ -n "$1" ] && echo 'Content-Type: application/sdp'
    printf '%s\n' 'Content-Length: [len]' '' "$1" ']]></send>'
}

# PCMU (or what is the 3rd word) and digits: PORT DIRECTION [PAYLOAD-TYPE]
sdp() {
    printf '%s\n' 'v=0' 'o=sipp 1 1 IN IP4 [media_ip]' 's=-' 'c=IN IP4 [media_ip]' 't=0 0' "m=audio [$1] RTP/AVP ${3:-0} 101" \
        'a=rtpmap:101 telephone-event/8000' 'a=fmtp:101 0-16' 'a=ptime:20' "a=$2"
}

hear() { for status in "$@"; do echo "<recv response=\"$status\" rrs=\"true\"/>"; done; }
perhaps() { for status in "$@"; do echo "<recv response=\"$status\" optional=\"true\"/>"; done; }
get() { echo "<recv request=\"$1\" rrs=\"true\"/>"; }
wait_ms() { echo "<pause milliseconds=\"$1\"/>"; }
act() { echo "<nop><action><exec $1/></action></nop>"; }
none() { :; }

# INVITE up to the ACK, with the port that sipp sends from: PORT
call() { sdp "$1" sendrecv | ask INVITE 1; perhaps 100 180 183; hear 200; none | ask ACK 1; }
bye() { none | ask BYE "$1"; hear 200; }
speak() { act 'rtp_stream="tone.ulaw,-1,0"'; }

# NAME: what the caller or callee of that name does.
scenario() {
    echo '<?xml version="1.0" encoding="UTF-8"?>'
    echo "<scenario name=\"$1\">"
    "as_$1"
    echo '</scenario>'
}

as_register() {
    none | ask REGISTER 1 'Expires: 600' | sed 's/^From: .*/From: <sip:[service]@[remote_ip]:[remote_port]>;tag=[pid]r[call_number]/; s/^Contact: .*/Contact: <sip:[service]@[contact]>/'
    hear "${WANTED:-200}"
}
as_options() { none | ask OPTIONS 1; hear 200; }
as_unknown() { sdp media_port sendrecv | ask INVITE 1; perhaps 100; hear 404; none | ask ACK 1; }
as_busy_caller() { sdp media_port sendrecv | ask INVITE 1; perhaps 100 180; hear 486; none | ask ACK 1; }
as_early_caller() { sdp media_port sendrecv | ask INVITE 1; perhaps 100; hear 183 200; none | ask ACK 1; wait_ms 500; bye 2; }
as_talker() { call rtpstream_audio_port; speak; echo '<pause/>'; bye 2; }
# By RFC 4733, out of captures that come with sipp.
as_digits() {
    call media_port
    wait_ms 900
    act "play_pcap_audio=\"$digits/dtmf_2833_1.pcap\""
    wait_ms 600
    act "play_pcap_audio=\"$digits/dtmf_2833_pound.pcap\""
    wait_ms 1500
    bye 2
}
as_info() {
    call media_port
    wait_ms 300
    # The body of sdp() is of another type: this one has its own.
    printf 'Signal=5\nDuration=160' | ask INFO 2 | sed 's|application/sdp|application/dtmf-relay|'
    hear 200
    bye 3
}
as_holder() {
    call rtpstream_audio_port
    speak
    wait_ms 500
    sdp rtpstream_audio_port sendonly | ask INVITE 2; perhaps 100; hear 200; none | ask ACK 2
    wait_ms 700
    sdp rtpstream_audio_port sendrecv | ask INVITE 3; perhaps 100; hear 200; none | ask ACK 3
    wait_ms 500
    # Without an offer: ours comes with the 200, and the answer with the ACK.
    none | ask INVITE 4; perhaps 100; hear 200; sdp rtpstream_audio_port sendrecv | ask ACK 4
    wait_ms 300
    bye 5
}
# Without an offer: ours comes with the 200.
as_bare() {
    none | ask INVITE 1; perhaps 100 180; hear 200; sdp rtpstream_audio_port sendrecv | ask ACK 1
    speak
    wait_ms 900
    bye 2
}
# Descriptions that are none, or of nothing that can be, by WHICH: refused.
as_hostile() {
    local head='v=0\no=a 1 1 IN IP4 [media_ip]\ns=-\nc=IN IP4 [media_ip]\nt=0 0\n'
    local bodies=('garbage' 'v=0' "${head}m=audio 70000 RTP/AVP 0" "${head/c=IN IP4 \[media_ip\]/c=IN IP4 999.1.1.1}m=audio 4000 RTP/AVP 0" \
        "${head}m=audio 4000 RTP/AVP 3 200 -1\na=rtpmap:-1 $(printf '%01000d' 0)/0" "${head}m=video 4000 RTP/AVP 96\na=rtpmap:96 VP8/90000")
    printf -- "${bodies[WHICH - 1]}" | ask INVITE 1; perhaps 100; hear 488; none | ask ACK 1
}
# Another codec in mid-call, twice.
as_changer() {
    call rtpstream_audio_port
    speak
    wait_ms 1500
    sdp rtpstream_audio_port sendrecv 8 | ask INVITE 2; perhaps 100; hear 200; none | ask ACK 2
    wait_ms 1500
    sdp rtpstream_audio_port sendrecv 9 | ask INVITE 3; perhaps 100; hear 200; none | ask ACK 3
    wait_ms 1500
    bye 4
}
as_canceller() {
    sdp media_port sendrecv | ask INVITE 1
    perhaps 100
    hear 180
    wait_ms 200
    none | ask CANCEL 1 | sed 's/^Via: .*/[last_Via:]/'
    hear 200 487
    none | ask ACK 1 | sed 's/^Via: .*/[last_Via:]/'
}
as_transferrer() {
    call media_port
    wait_ms 300
    none | ask REFER 2 "Refer-To: <sip:${TARGET:-echo}@[remote_ip]:[remote_port]${HEADERS:-}>"
    hear 202
    get NOTIFY; agree
    get NOTIFY; agree
    get BYE; agree
}

# Whoever asks for its other call to be connected has this one: it is ended for it.
as_consulter() { call rtpstream_audio_port; speak; get BYE; agree; }

as_echo() { get INVITE; none | reply '180 Ringing'; sdp media_port sendrecv | reply '200 OK'; get ACK; get BYE; agree; }
as_busy() { get INVITE; none | reply '486 Busy Here'; get ACK; }
as_early() {
    get INVITE
    sdp media_port sendrecv | reply '183 Session Progress'
    wait_ms 300
    sdp media_port sendrecv | reply '200 OK'
    get ACK; get BYE; agree
}
# Answers, and hangs up by itself.
as_leaver() {
    echo '<recv request="INVITE" rrs="true"><action><ereg regexp=".*" search_in="hdr" header="From:" assign_to="1"/></action></recv>'
    sdp media_port sendrecv | reply '200 OK'
    get ACK
    wait_ms 700
    none | ask BYE 9 | sed 's/^From: .*/From: <sip:leaver@[local_ip]:[local_port]>;tag=[pid]b[call_number]/; s/^To: .*/To:[$1]/'
    hear 200
}
# The same, later.
as_guest() { as_leaver | sed 's/milliseconds="700"/milliseconds="4000"/'; }
as_ringer() {
    echo '<recv request="INVITE" rrs="true"><action><ereg regexp=".*" search_in="hdr" header="CSeq:" assign_to="1"/></action></recv>'
    none | reply '180 Ringing'
    get CANCEL
    agree
    none | reply '487 Request Terminated' | sed 's/^\[last_CSeq:\]/CSeq:[$1]/'
    get ACK
}
