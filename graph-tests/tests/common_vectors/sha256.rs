//! SHA-256 (FIPS 180-4), for lists of checksums.

/// The digest in lower-case hexadecimal.
pub fn sha256(message: &[u8]) -> String {
    let mut padded = message.to_vec();
    padded.push(0x80);
    padded.resize((padded.len() + 8).next_multiple_of(64) - 8, 0);
    padded.extend((8 * message.len() as u64).to_be_bytes());

    let primes: Vec<u32> = (2..).filter(|n| (2..*n).all(|d| n % d != 0)).take(64).collect();
    let fraction = |root: f64| (root.fract() * 4_294_967_296.0) as u32;
    let rounds: Vec<u32> = primes.iter().map(|&p| fraction(f64::from(p).cbrt())).collect();
    let mut hash: [u32; 8] = std::array::from_fn(|n| fraction(f64::from(primes[n]).sqrt()));
    for block in padded.as_chunks::<64>().0 {
        let mut words: Vec<u32> = block.as_chunks::<4>().0.iter().map(|&word| u32::from_be_bytes(word)).collect();
        for n in 16..64 {
            let (a, b) = (words[n - 15], words[n - 2]);
            let small_0 = a.rotate_right(7) ^ a.rotate_right(18) ^ a >> 3;
            let small_1 = b.rotate_right(17) ^ b.rotate_right(19) ^ b >> 10;
            words.push(words[n - 16].wrapping_add(small_0).wrapping_add(words[n - 7]).wrapping_add(small_1));
        }
        let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = hash;
        for (word, round) in words.iter().zip(&rounds) {
            let large_1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
            let choice = e & f ^ !e & g;
            let first = [large_1, choice, *round, *word].into_iter().fold(h, u32::wrapping_add);
            let large_0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
            let second = large_0.wrapping_add(a & b ^ a & c ^ b & c);
            (h, g, f, e) = (g, f, e, d.wrapping_add(first));
            (d, c, b, a) = (c, b, a, first.wrapping_add(second));
        }
        for (sum, value) in hash.iter_mut().zip([a, b, c, d, e, f, g, h]) {
            *sum = sum.wrapping_add(value);
        }
    }
    hash.iter().map(|word| format!("{word:08x}")).collect()
}
