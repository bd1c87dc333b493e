//! Requests that do not depend on the replies, and what can ask them.

use std::fmt::Debug;

use gradito_link::message::{Reply, Request};

use super::DeviceError;

/// Requests in a fixed order, and what is made of their replies.
pub trait Script {
    /// The number of requests.
    fn len(&self) -> usize;

    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The request at `index`; what has to be written for it goes to `scratch`.
    fn request<'s>(&'s self, index: usize, scratch: &'s mut Vec<u8>) -> Request<'s>;

    /// Takes the reply to the request at `index`; they come in order. No refusal comes here.
    ///
    /// # Errors
    ///
    /// Whatever ends the script.
    fn reply(&mut self, index: usize, reply: &Reply<'_>) -> Result<(), DeviceError>;
}

/// What can ask a device many things.
pub trait Link: Debug {
    /// What it leads to, for people.
    fn name(&self) -> &str;

    /// How many requests were sent more than once so far.
    fn repeated(&self) -> u64;

    /// Asks all that is in `script`, in its order.
    ///
    /// # Errors
    ///
    /// If a request is refused, or the link fails.
    fn play(&mut self, script: &mut dyn Script) -> Result<(), DeviceError>;
}
