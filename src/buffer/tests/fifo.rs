//! The FIFO of decoded samples.

use crate::buffer::fifo::Fifo;

#[test]
fn zeros_that_were_never_written_read_like_those_that_were() {
    let (mut fifo, mut plain) = (Fifo::new(10, 25), Fifo::new(10, 25));
    for step in 0..400usize {
        let count = (step * 7 % 13).min(fifo.room());
        if step / 50 % 2 == 0 {
            fifo.hush(count);
            plain.tail(count).fill(0.0);
        } else {
            fifo.tail(count).fill(step as f32);
            fifo.commit(count);
            plain.tail(count).fill(step as f32);
        }
        plain.commit(count);
        assert_eq!((fifo.len(), fifo.room(), fifo.recent()), (plain.len(), plain.room(), plain.recent()));
        assert_eq!((fifo.known(), fifo.pending()), (plain.known(), plain.pending()));
        let (mut out, mut want) = ([1.0; 5], [1.0; 5]);
        assert_eq!(fifo.pop(&mut out), plain.pop(&mut want));
        assert_eq!(out, want);
    }
}

#[test]
fn samples_come_out_in_order_and_the_past_stays_behind_them() {
    let mut fifo = Fifo::new(10, 25);
    let (mut written, mut read) = (0, 0);
    for step in 0..200 {
        let count = (step * 7 % 13).min(fifo.room());
        for sample in fifo.tail(count) {
            written += 1;
            *sample = written as f32;
        }
        fifo.commit(count);
        let mut out = [0.0; 5];
        let popped = fifo.pop(&mut out);
        for sample in &out[..popped] {
            read += 1;
            assert_eq!(*sample, read as f32);
        }
        let want: Vec<f32> = (written - 9..=written).map(|s| s.max(0) as f32).collect();
        assert_eq!(fifo.recent(), want);
        assert_eq!(fifo.len(), (written - read) as usize);
    }
}
