//! Ctrl-C.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::CliError;

/// A flag that is set when the run is to stop; `again` is called when that is asked for once more.
///
/// # Errors
///
/// If signals cannot be listened to.
pub fn listen(again: impl Fn() + Send + 'static) -> Result<Arc<AtomicBool>, CliError> {
    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stop);
    let listening = ctrlc::try_set_handler(move || {
        if asked.swap(true, Ordering::Relaxed) {
            again();
        }
    });
    match listening {
        // Whoever started this wants a signal ignored: a shell's background job, nohup.
        Ok(()) | Err(ctrlc::Error::MultipleHandlers) => Ok(stop),
        Err(cause) => Err(cause.into()),
    }
}
