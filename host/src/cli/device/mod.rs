//! `gradito device`: what a board is asked for.

mod arguments;
mod connect;
mod greeting;
mod infer;
mod info;
mod measure;
mod parameters;
mod test;
mod train;

pub use arguments::DeviceCommand;

use super::CliError;

/// Does what is asked of a device.
pub fn run(command: &DeviceCommand) -> Result<(), CliError> {
    match command {
        DeviceCommand::Info(arguments) => info::run(arguments),
        DeviceCommand::Infer(arguments) => infer::run(arguments),
        DeviceCommand::Test(arguments) => test::run(arguments),
        DeviceCommand::Train(arguments) => train::run(arguments),
    }
}
