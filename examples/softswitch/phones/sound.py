"""Recordings: reading, finding one in another, levels, tones, and PESQ where that is installed."""
import wave

import numpy as np

try:
    from pesq import pesq
except ImportError:
    pesq = None

RATE = 8000


def read(path):
    """Samples (mono, -1 to 1) and their rate."""
    with wave.open(path, "rb") as file:
        channels, rate = file.getnchannels(), file.getframerate()
        raw = file.readframes(file.getnframes())
    samples = np.frombuffer(raw[: len(raw) // (2 * channels) * 2 * channels], "<i2") / 32768.0
    return samples.reshape(-1, channels).mean(axis=1), rate


def write(path, samples, rate):
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(samples, -1, 32767 / 32768) * 32768).astype("<i2").tobytes())


def resample(samples, rate, to):
    """Band-limited, by the spectrum of the whole."""
    samples = np.asarray(samples, float)
    if rate == to or not len(samples):
        return samples
    count = round(len(samples) * to / rate)
    spectrum, out = np.fft.rfft(samples), np.zeros(count // 2 + 1, complex)
    kept = min(len(spectrum), len(out))
    out[:kept] = spectrum[:kept]
    return np.fft.irfft(out, count) * (count / len(samples))


def find(said, heard):
    """Where the whole of `said` begins in `heard` (samples, may be negative), and the correlation there."""
    size = 1 << (len(said) + len(heard) - 1).bit_length()
    correlation = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(said, size)), size)
    at = int(np.argmax(np.abs(correlation)))
    at -= size if at > len(heard) else 0
    energy = np.sum(said**2) * np.sum(heard[max(0, at) : at + len(said)] ** 2)
    return at, float(abs(correlation[at]) / np.sqrt(energy)) if energy > 0 else 0.0


def presence(said, heard, piece=2.0):
    """The gain at which `said` is in `heard`, in dB, and the correlation: the medians of pieces with speech."""
    width, gains, alike = int(piece * RATE), [], []
    for start in range(0, len(said) - width, width):
        part = said[start : start + width]
        if np.sqrt(np.mean(part**2)) < 3e-3:
            continue
        at, correlation = find(part, heard)
        there = heard[max(0, at) : max(0, at) + width]
        if len(there) == width:
            gains.append(abs(np.dot(there, part)) / np.dot(part, part))
            alike.append(correlation)
    if not gains:
        return None, 0.0
    return 20 * np.log10(max(1e-4, float(np.median(gains)))), float(np.median(alike))


def level(samples):
    """In dB below full scale."""
    return 20 * np.log10(max(1e-5, float(np.sqrt(np.mean(np.square(samples)))))) if len(samples) else -100.0


def tone(samples, hertz):
    """The share of the energy within 6 Hz of each of some frequencies."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    at = np.fft.rfftfreq(len(samples), 1 / RATE)
    return float(sum(spectrum[np.abs(at - f) < 6].sum() for f in hertz) / max(spectrum.sum(), 1e-12))


def score(said, heard):
    """PESQ (narrow band) of what is common to both; None without the package."""
    if pesq is None:
        return None
    at, _ = find(said, heard)
    a, b = said[max(0, -at) :], heard[max(0, at) :]
    count = min(len(a), len(b))
    return float(pesq(RATE, a[:count].astype(np.float32), b[:count].astype(np.float32), "nb"))
