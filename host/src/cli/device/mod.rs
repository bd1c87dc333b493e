//! `gradito device`: what a board is asked for.

mod adapt;
mod arguments;
mod connect;
mod gradcheck;
mod greeting;
mod infer;
mod info;
mod measure;
mod parameters;
mod profile;
mod read;
mod test;
mod train;
mod verify;
mod write;

pub use arguments::DeviceCommand;

use super::CliError;

/// Does what is asked of a device.
pub fn run(command: &DeviceCommand) -> Result<(), CliError> {
    match command {
        DeviceCommand::Info(arguments) => info::run(arguments),
        DeviceCommand::Infer(arguments) => infer::run(arguments),
        DeviceCommand::Test(arguments) => test::run(arguments),
        DeviceCommand::Profile(arguments) => profile::run(arguments),
        DeviceCommand::Train(arguments) => train::run(arguments),
        DeviceCommand::Adapt(arguments) => adapt::run(arguments),
        DeviceCommand::Read(arguments) => read::run(arguments),
        DeviceCommand::Write(arguments) => write::run(arguments),
        DeviceCommand::Verify(arguments) => verify::run(arguments),
        DeviceCommand::Gradcheck(arguments) => gradcheck::run(arguments),
    }
}
