//! Who may register, and where those who have are.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rsipstack::dialog::authenticate::verify_digest;
use rsipstack::sip::headers::Header;
use rsipstack::sip::prelude::HeadersExt;
use rsipstack::sip::typed::Authorization;
use rsipstack::sip::{Method, Request, StatusCode, Uri};
use rsipstack::transaction::transaction::Transaction;
use rsipstack::transport::{SipAddr, SipConnection};

/// A phone's registration.
#[derive(Clone, Debug)]
pub struct Binding {
    /// Its contact.
    pub contact: Uri,
    /// Where its requests came from: behind a NAT the contact's address is of no use.
    pub address: SipAddr,
    until: Instant,
}

/// All registrations.
pub struct Registrar {
    passwords: HashMap<String, String>,
    /// Names without a password may register.
    open: bool,
    realm: String,
    /// Nonces that were given out, and until when they are good.
    nonces: Mutex<HashMap<String, Instant>>,
    bindings: Mutex<HashMap<String, Binding>>,
}

/// How long a nonce is good.
const NONCE: Duration = Duration::from_secs(300);
/// Longest registration.
const LONGEST: u64 = 3_600;
/// Nonces kept at most: a flood of requests without credentials costs no more memory than that.
const MOST_NONCES: usize = 10_000;

impl Registrar {
    /// For users given as NAME:PASSWORD.
    pub fn new(users: &[String], open: bool, realm: String) -> Self {
        let passwords = users.iter().filter_map(|user| user.split_once(':'));
        let passwords = passwords.map(|(name, password)| (name.to_owned(), password.to_owned())).collect();
        Self { passwords, open, realm, nonces: Mutex::default(), bindings: Mutex::default() }
    }

    /// Where a user is, if registered.
    pub fn find(&self, name: &str) -> Option<Binding> {
        lock(&self.bindings).get(name).filter(|binding| binding.until > Instant::now()).cloned()
    }

    /// Names of all who are registered.
    pub fn names(&self) -> Vec<String> {
        let now = Instant::now();
        let mut names: Vec<String> =
            lock(&self.bindings).iter().filter(|b| b.1.until > now).map(|b| b.0.clone()).collect();
        names.sort();
        names
    }

    /// Answers a REGISTER (RFC 3261 §10.3); whose it was, and whether that phone is reachable now.
    pub async fn register(&self, tx: &mut Transaction) -> rsipstack::Result<Option<(String, bool)>> {
        let request = tx.original.clone();
        let name = user_of(request.to_header()?.uri()?);
        if let Some(challenge) = self.challenge(&request, &name, &Method::Register) {
            tx.reply_with(StatusCode::Unauthorized, vec![challenge], None).await?;
            return Ok(None);
        }
        if !self.passwords.contains_key(&name) && !self.open {
            tx.reply(StatusCode::Forbidden).await?;
            return Ok(None);
        }
        let contact = request.typed_contact_headers()?.into_iter().next();
        let stated = contact.as_ref().and_then(|contact| {
            let param = contact.params.iter().map(ToString::to_string);
            param.filter_map(|p| p.to_ascii_lowercase().strip_prefix(";expires=")?.parse().ok()).next()
        });
        let header = request.expires_header().and_then(|expires| expires.value().trim().parse().ok());
        let seconds: u64 = stated.or(header).unwrap_or(LONGEST).min(LONGEST);
        let mut headers = vec![Header::Expires((seconds as u32).into())];
        match contact {
            Some(contact) if seconds > 0 => {
                let address = source(tx, &contact.uri);
                headers.push(Header::Other("Contact".into(), format!("<{}>;expires={seconds}", contact.uri)));
                let until = Instant::now() + Duration::from_secs(seconds);
                lock(&self.bindings).insert(name.clone(), Binding { contact: contact.uri, address, until });
            }
            _ => _ = lock(&self.bindings).remove(&name),
        }
        tx.reply_with(StatusCode::OK, headers, None).await?;
        Ok(Some((name, seconds > 0)))
    }

    /// The challenge for a request that comes without good credentials of a user who has a password.
    pub fn challenge(&self, request: &Request, name: &str, method: &Method) -> Option<Header> {
        let password = self.passwords.get(name)?;
        let now = Instant::now();
        let raw = request.headers.iter().find_map(|header| match header {
            Header::Authorization(header) => Some(header.value().to_owned()),
            Header::ProxyAuthorization(header) => Some(header.value().to_owned()),
            _ => None,
        });
        let mut nonces = lock(&self.nonces);
        nonces.retain(|_, until| *until > now);
        if let Some(raw) = raw
            && let Ok(given) = Authorization::parse(&raw)
            && given.username == *name
            && given.realm == self.realm
            && nonces.contains_key(&given.nonce)
            && verify_digest(&given, password, method, &raw)
        {
            return None;
        }
        if nonces.len() >= MOST_NONCES {
            nonces.clear();
        }
        let nonce = format!("{:032x}", rand_u128());
        nonces.insert(nonce.clone(), now + NONCE);
        let value = format!("Digest realm=\"{}\", nonce=\"{nonce}\", algorithm=MD5", self.realm);
        Some(Header::WwwAuthenticate(value.into()))
    }
}

/// The user part of an address.
pub fn user_of(uri: Uri) -> String {
    uri.auth.map(|auth| auth.user).unwrap_or_default()
}

/// Where requests to a phone go: its contact, unless that is of another network than its own requests come from.
fn source(tx: &Transaction, contact: &Uri) -> SipAddr {
    let stated = SipAddr::try_from(contact).unwrap_or_default();
    let seen = tx.original.via_header().ok().and_then(|via| SipConnection::parse_target_from_via(via).ok());
    match seen {
        Some((transport, addr)) if addr.host != stated.addr.host => SipAddr { r#type: Some(transport), addr },
        _ => stated,
    }
}

/// Something that nobody guesses: nonces need no more.
fn rand_u128() -> u128 {
    use std::hash::{BuildHasher, RandomState};
    u128::from(RandomState::new().hash_one(Instant::now())) << 64
        | u128::from(RandomState::new().hash_one(std::thread::current().id()))
}

fn lock<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}
