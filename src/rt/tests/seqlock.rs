use std::thread;

use crate::rt::seqlock;

#[test]
fn reader_sees_the_last_write() {
    let (mut writer, reader) = seqlock::<3>();
    assert_eq!(reader.read(), [0; 3]);
    writer.write(&[1, 2, 3]);
    writer.write(&[4, 5, 6]);
    assert_eq!((reader.read(), reader.clone().try_read()), ([4, 5, 6], Some([4, 5, 6])));
}

#[test]
fn no_read_is_torn_while_a_writer_runs() {
    const WRITES: u64 = 200_000;
    let (mut writer, reader) = seqlock::<16>();
    thread::scope(|scope| {
        for reader in [reader.clone(), reader] {
            scope.spawn(move || {
                let mut last = 0;
                while last < WRITES {
                    let words = reader.read();
                    assert!(words.iter().all(|&word| word == words[0]), "torn: {words:?}");
                    assert!(words[0] >= last, "went back from {last} to {}", words[0]);
                    last = words[0];
                }
            });
        }
        for i in 1..=WRITES {
            writer.write(&[i; 16]);
        }
    });
}
