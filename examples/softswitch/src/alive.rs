//! Phones that vanish without a word: their calls end.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use rsipstack::dialog::invite_dialog::InviteDialog;
use rsipstack::sip::{Method, StatusCode};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

/// Of a phone that has sent neither RTP nor RTCP for so long it is asked whether it is there.
const SILENCE: Duration = Duration::from_secs(10);
/// How long it may take to answer that: five transmissions of the OPTIONS (RFC 3261 §17.1.2.2).
const ANSWER: Duration = Duration::from_secs(8);

/// Watches over a phone while this is kept.
pub struct Alive(JoinHandle<()>);

impl Alive {
    /// Watches the phone of a dialog by the count of what came from it.
    pub fn watch(dialog: InviteDialog, heard: Arc<AtomicU64>) -> Self {
        Self(tokio::spawn(async move {
            loop {
                let before = heard.load(Relaxed);
                sleep(SILENCE).await;
                // On hold or muted a phone may well be silent: only one that does not answer has gone.
                if heard.load(Relaxed) == before && !answers(&dialog).await {
                    return;
                }
            }
        }))
    }

    /// Waits until the phone has gone.
    pub async fn gone(&mut self) {
        // Once is enough: who was told ends the call.
        let _ = (&mut self.0).await;
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Any answer is one, but for those that say that there is no such call.
async fn answers(dialog: &InviteDialog) -> bool {
    match timeout(ANSWER, dialog.request(Method::Options, None, None)).await {
        Ok(Ok(Some(response))) => {
            !matches!(response.status_code, StatusCode::CallTransactionDoesNotExist | StatusCode::RequestTimeout)
        }
        // Something else goes on in the dialog: it is asked again.
        Ok(Ok(None)) => true,
        _ => false,
    }
}
