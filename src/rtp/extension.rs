//! Elements of RTP header extensions (RFC 8285), and the one that tells how loud a packet is (RFC 6464).

use crate::rtp::RTP_HEADER_BYTES;

/// Profiles of the two forms: one byte before each element, or two (RFC 8285 §4.2, §4.3).
const ONE_BYTE: u16 = 0xbede;
const TWO_BYTES: u16 = 0x1000;

/// The data of the element `id` of a datagram's header extension. Local identifiers are 1 to 14 in the one form, 1 to 255 in
/// the other.
///
/// Real-time: O(bytes of the extension), safe on any bytes.
pub fn element(datagram: &[u8], id: u8) -> Option<&[u8]> {
    let flags = *datagram.first()?;
    let start = RTP_HEADER_BYTES + usize::from(flags & 0x0f) * 4;
    let (&[p0, p1, l0, l1], rest) = datagram.get(start..).filter(|_| flags & 0x10 != 0)?.split_first_chunk()?;
    let mut left = rest.get(..usize::from(u16::from_be_bytes([l0, l1])) * 4)?;
    let long = match u16::from_be_bytes([p0, p1]) {
        ONE_BYTE => false,
        // The last four bits are the application's.
        profile if profile & 0xfff0 == TWO_BYTES => true,
        _ => return None,
    };
    while let Some((&head, behind)) = left.split_first() {
        // Padding.
        if head == 0 {
            left = behind;
            continue;
        }
        let (found, length, data) = match behind.split_first() {
            Some((&length, data)) if long => (head, usize::from(length), data),
            _ if long => return None,
            // 15 ends the list.
            _ if head >> 4 == 15 => return None,
            _ => (head >> 4, usize::from(head & 15) + 1, behind),
        };
        let (data, behind) = data.split_at_checked(length)?;
        if found == id {
            return Some(data);
        }
        left = behind;
    }
    None
}

/// How loud a packet's audio is, as its sender says (RFC 6464 §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AudioLevel {
    /// The sender believes that somebody talks.
    pub voice: bool,
    /// Decibels below overload, 0 to 127.
    pub below: u8,
}

impl AudioLevel {
    /// Of a datagram whose session calls the extension `id`. Real-time.
    pub fn of(datagram: &[u8], id: u8) -> Option<Self> {
        let &byte = element(datagram, id)?.first()?;
        Some(Self { voice: byte & 0x80 != 0, below: byte & 0x7f })
    }

    /// Nobody talks in the packet: softer than −64 dBov, where no 10 ms of 20 are above −60, or than −50 without a voice. That flag alone
    /// says nothing, since not every sender knows.
    pub fn is_calm(self) -> bool {
        self.below >= 64 || (!self.voice && self.below >= 50)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn datagram(profile: u16, extension: &[u8]) -> Vec<u8> {
        let mut all = vec![0x91, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4];
        all.extend(profile.to_be_bytes());
        all.extend(((extension.len() / 4) as u16).to_be_bytes());
        all.extend(extension);
        all.extend([7; 20]);
        all
    }

    #[test]
    fn elements_are_found_in_either_form() {
        let one = datagram(0xbede, &[0, 0x10, 0x8a, 0x32, 1, 2, 3, 0]);
        assert_eq!(element(&one, 1), Some(&[0x8a][..]));
        assert_eq!(element(&one, 3), Some(&[1, 2, 3][..]));
        assert_eq!(AudioLevel::of(&one, 1), Some(AudioLevel { voice: true, below: 10 }));
        let two = datagram(0x1005, &[20, 1, 70, 0, 21, 0, 0, 0]);
        assert_eq!((element(&two, 20), element(&two, 21)), (Some(&[70][..]), Some(&[][..])));
        assert!(AudioLevel::of(&two, 20).is_some_and(AudioLevel::is_calm) && AudioLevel::of(&two, 21).is_none());
    }

    #[test]
    fn what_is_cut_ended_or_foreign_has_none() {
        let one = datagram(0xbede, &[0xf0, 0x10, 0x8a, 0]);
        assert_eq!(element(&one, 1), None);
        for end in 0..one.len() {
            let _ = element(&one[..end], 1);
        }
        assert_eq!(element(&datagram(0xbede, &[0x13, 1, 2, 3]), 1), None);
        assert_eq!(element(&datagram(0x1234, &[0x10, 1, 2, 3]), 1), None);
        assert_eq!(element(&[0x80; 40], 1), None);
    }
}
