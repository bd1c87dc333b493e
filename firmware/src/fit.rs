//! Whether it all fits: found when the firmware is compiled, with the numbers in the message.
//!
//! Code is the linker's affair, which says by how much it overflows.

use gradito_core::image::{ALIGNMENT, HEADER_LENGTH, LAYER_LENGTH};
use gradito_device::parts::Parts;
use gradito_device::purpose::Sizes;

use crate::board::FACTS;
use crate::work::{BUDGET, Link, Memory, Net, STACK, Work};

/// What statics take besides the large ones: the log's buffer and a few words.
const OTHERS: usize = 256;

/// What a model image takes, if its classes have no names: header, layer table, parameters.
const IMAGE: usize = {
    // Of a name there is its length.
    let tables = LAYER_LENGTH * <Net as Parts>::LAYERS + 2 * <Net as Parts>::OUTPUTS;
    (HEADER_LENGTH + tables).next_multiple_of(ALIGNMENT) + size_of::<Net>()
};

/// What a slot takes besides its image.
const TRAILER: usize = gradito_device::slots::TRAILER;

const RAM: Need = Need {
    whose: FACTS.name,
    what: "bytes of RAM (network, batch, buffers, stack)",
    needed: size_of::<Memory>() + size_of::<Link>() + OTHERS + STACK + Work::ROOM,
    there: FACTS.ram.length as usize,
    todo: "make the network or its batch smaller, freeze a layer, or build without train",
};

const SLOT: Need = Need {
    whose: FACTS.name,
    what: "bytes of flash for a model",
    needed: IMAGE + TRAILER,
    there: FACTS.slots[0].length as usize,
    todo: "make the network smaller",
};

const RAM_BUDGET: Need = Need { whose: BUDGETED, there: BUDGET[0], ..RAM };

const SLOT_BUDGET: Need = Need { whose: BUDGETED, there: BUDGET[1], needed: IMAGE, ..SLOT };

/// What a budget is called.
const BUDGETED: &str = "BUDGET in network.rs";

const _: () = {
    assert!(FACTS.slots[0].end() == FACTS.slots[1].start, "the slots of a board are neighbours");
    RAM.check(RAM.message().text());
    SLOT.check(SLOT.message().text());
    RAM_BUDGET.check(RAM_BUDGET.message().text());
    SLOT_BUDGET.check(SLOT_BUDGET.message().text());
};

/// Something that must fit.
struct Need {
    whose: &'static str,
    what: &'static str,
    needed: usize,
    there: usize,
    todo: &'static str,
}

impl Need {
    /// Ends the compilation with the message if it does not fit.
    const fn check(&self, message: &str) {
        if self.needed > self.there {
            panic!("{}", message);
        }
    }

    const fn message(&self) -> Message {
        Message::new()
            .add(self.whose)
            .add(" has ")
            .number(self.there)
            .add(" ")
            .add(self.what)
            .add(", this firmware needs ")
            .number(self.needed)
            .add(": ")
            .number(self.needed.saturating_sub(self.there))
            .add(" too many; ")
            .add(self.todo)
    }
}

/// A text put together by the compiler, which has no `format!`.
struct Message {
    bytes: [u8; 256],
    length: usize,
}

impl Message {
    const fn new() -> Self {
        Self { bytes: [0; 256], length: 0 }
    }

    const fn add(mut self, text: &str) -> Self {
        let mut index = 0;
        while index < text.len() {
            self.bytes[self.length] = text.as_bytes()[index];
            self.length += 1;
            index += 1;
        }
        self
    }

    const fn number(mut self, number: usize) -> Self {
        let mut unit = 1;
        while number / unit >= 10 {
            unit *= 10;
        }
        while unit > 0 {
            self.bytes[self.length] = b'0' + (number / unit % 10) as u8;
            self.length += 1;
            unit /= 10;
        }
        self
    }

    const fn text(&self) -> &str {
        match core::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => "it does not fit",
        }
    }
}
