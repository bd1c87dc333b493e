//! What is asked of every device first: who it is, and what it runs.

use gradito_link::message::{Reply, Request};

use crate::device::client::Digests;
use crate::device::{DeviceError, Identity, Link, Script};

/// Hello, and the digests.
#[derive(Debug, Default)]
struct Greeting {
    name: String,
    identity: Option<Identity>,
    digests: Option<Digests>,
    asks_digests: bool,
}

impl Script for Greeting {
    fn len(&self) -> usize {
        1 + usize::from(self.asks_digests)
    }

    fn request<'s>(&'s self, index: usize, _: &'s mut Vec<u8>) -> Request<'s> {
        if index == 0 { Request::Hello } else { Request::Digest }
    }

    fn reply(&mut self, index: usize, reply: &Reply<'_>) -> Result<(), DeviceError> {
        match (index, *reply) {
            (0, Reply::Hello(ref hello)) => self.identity = Identity::of(hello),
            (1, Reply::Digest { parameters, training }) => {
                self.digests = Some(Digests { parameters, training });
            }
            _ => return Err(DeviceError::Unexpected { name: self.name.clone() }),
        }
        Ok(())
    }
}

/// Who is there.
pub fn hello(link: &mut dyn Link) -> Result<Identity, DeviceError> {
    greet(link, false).map(|(identity, _)| identity)
}

/// Who is there, and what it runs.
pub fn hello_and_digests(link: &mut dyn Link) -> Result<(Identity, Digests), DeviceError> {
    let name = link.name().to_owned();
    let (identity, digests) = greet(link, true)?;
    Ok((identity, digests.ok_or(DeviceError::Unexpected { name })?))
}

fn greet(
    link: &mut dyn Link,
    asks_digests: bool,
) -> Result<(Identity, Option<Digests>), DeviceError> {
    let name = link.name().to_owned();
    let mut greeting = Greeting { name: name.clone(), asks_digests, ..Greeting::default() };
    link.play(&mut greeting)?;
    let identity = greeting.identity.ok_or(DeviceError::Unexpected { name })?;
    Ok((identity, greeting.digests))
}
