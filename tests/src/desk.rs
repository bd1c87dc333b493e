//! A device that runs on the desktop: the firmware's own code, on a board made of memory.

use std::convert::Infallible;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use embedded_io::{ErrorType, Read, Write};
use gradito::device::Transport;
use gradito::device::pipe::{Pipe, pipe};
use gradito_core::activation::Sigmoid;
use gradito_core::cost::Quadratic;
use gradito_core::dense::Dense;
use gradito_core::network;
use gradito_device::front::{Direct, Front, InFlash};
use gradito_device::input::PixelInputs;
use gradito_device::memory::{MemoryFlash, MemoryMachine};
use gradito_device::parts::Parts;
use gradito_device::purpose::Purpose;
use gradito_device::training::{Learning, TrainingMemory};
use gradito_device::{Buffers, Device, receive_length, reply_length};

/// Samples of its largest batch.
pub const BATCH: usize = 10;

/// Bytes of a slot.
pub const SLOT: usize = 128 << 10;

type Digits = network!(784 => 30 Sigmoid => 10 Sigmoid);

/// A device for 784-30-10, sigmoid and quadratic, with `image` in its first slot: the other end of
/// its line, and the thread it runs on until that is closed. Its first layer is trained or not.
pub fn device(image: &[u8], freezes_first: bool) -> (Pipe, JoinHandle<()>) {
    let (here, there) = pipe();
    let flash = MemoryFlash::new(vec![0; 2 * SLOT / size_of::<u128>()], image);
    let thread = thread::spawn(move || {
        if freezes_first {
            type First = InFlash<network!(784 => 30 Sigmoid), PixelInputs>;
            serve::<30, First, Dense<30, 10, Sigmoid>>(flash, there);
        } else {
            serve::<784, Direct<PixelInputs>, <Digits as Parts>::Layers>(flash, there);
        }
    });
    (here, thread)
}

/// Runs a device that trains `L` behind `F`, until its line is closed.
fn serve<const IN: usize, F, L>(flash: MemoryFlash<Vec<u128>>, line: Pipe)
where
    F: Front<IN> + 'static,
    L: gradito_core::layer::Layer<IN> + 'static,
    for<'m> Learning<'m, IN, F, L, Quadratic, BATCH>: Purpose,
{
    let mut memory = Box::new(TrainingMemory::<IN, F, L, BATCH>::ZERO);
    let mut buffers = Box::new(Buffers::<{ receive_length(784) }, { reply_length(10, 2) }>::ZERO);
    let purpose = Learning::new(&mut memory);
    let mut device = Device::new(&mut buffers, purpose, MemoryMachine::default(), flash);
    // Its end is that of the test.
    let _ = device.serve(&mut Line(line), &mut [0; 256]);
}

/// The device's end of a line.
struct Line(Pipe);

impl ErrorType for Line {
    type Error = Infallible;
}

impl Read for Line {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        loop {
            match self.0.read(buffer, Duration::from_secs(60)) {
                Ok(0) => {}
                Ok(count) => return Ok(count),
                // The other end is gone.
                Err(_) => return Ok(0),
            }
        }
    }
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        // Nobody may listen any more.
        let _ = self.0.write(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}
