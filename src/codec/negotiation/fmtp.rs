//! The parameters of an fmtp value: `name=value; name=value`.

/// Reads the fields of an fmtp value in turn. Names without a value have an empty one.
#[derive(Clone, Debug)]
pub struct FmtpFields<'a> {
    rest: std::str::Split<'a, char>,
}

impl<'a> FmtpFields<'a> {
    /// The fields of what stands behind the payload type.
    pub fn new(fmtp: &'a str) -> Self {
        Self { rest: fmtp.split(';') }
    }

    /// The value of the first field with this name, in any case of letters.
    pub fn find(fmtp: &'a str, name: &str) -> Option<&'a str> {
        Self::new(fmtp).find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

impl<'a> Iterator for FmtpFields<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let field = self.rest.by_ref().map(str::trim).find(|field| !field.is_empty())?;
        let (name, value) = field.split_once('=').unwrap_or((field, ""));
        Some((name.trim(), value.trim()))
    }
}
