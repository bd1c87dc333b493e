//! Samples as they travel: the shorter of two forms.

use gradito_core::quantized::input::pack;
use gradito_core::signal::write_runs;
use gradito_link::message::Input;

use crate::data::Sample;

/// `sample` as a message has it; what has to be written for that goes to `scratch`.
pub fn input<'a>(sample: Sample<'a>, scratch: &'a mut Vec<u8>) -> Input<'a> {
    scratch.clear();
    match sample {
        Sample::Pixels(pixels) => {
            write_runs(pixels, &mut |byte| scratch.push(byte));
            if scratch.len() < pixels.len() { Input::Runs(scratch) } else { Input::Pixels(pixels) }
        }
        Sample::Features(values) => {
            scratch.extend(values.iter().flat_map(|value| value.to_le_bytes()));
            Input::Values(scratch)
        }
    }
}

/// A black and white image as a bit a pixel; the bits go to `scratch`.
pub fn bits<'a>(sample: Sample<'_>, scratch: &'a mut Vec<u8>) -> Input<'a> {
    scratch.clear();
    if let Sample::Pixels(pixels) = sample {
        scratch.extend(pixels.chunks(8).map(|eight| pack(eight, u8::MAX)));
    }
    Input::Bits(scratch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shorter_form_travels() {
        let mut scratch = Vec::new();
        let dark = [0, 0, 0, 0, 7, 0, 0, 0];
        assert_eq!(input(Sample::Pixels(&dark), &mut scratch), Input::Runs(&[0, 4, 7, 0, 3]));
        // A zero alone takes two bytes.
        let light = [1, 0, 2, 0];
        assert_eq!(input(Sample::Pixels(&light), &mut scratch), Input::Pixels(&light));
        let row = [1.0, -0.5];
        let bytes = [0, 0, 0x80, 0x3f, 0, 0, 0, 0xbf];
        assert_eq!(input(Sample::Features(&row), &mut scratch), Input::Values(&bytes));
    }
}
