use super::{Board, Region};

const KIB: u32 = 1 << 10;
const MIB: u32 = 1 << 20;

/// Every board.
pub const BOARDS: &[Board] = &[
    Board {
        name: "mps2-an386",
        title: "Arm MPS2 with a Cortex-M4F (AN386), emulated",
        core: "Cortex-M4F",
        target: "thumbv7em-none-eabihf",
        machine: Some("mps2-an386"),
        clock_hz: 25_000_000,
        flash: Region { start: 0, length: 2 * MIB },
        ram: Region { start: 0x2000_0000, length: 4 * MIB },
        slots: [
            Region { start: 0x0020_0000, length: MIB },
            Region { start: 0x0030_0000, length: MIB },
        ],
        chip: None,
        uf2_family: None,
    },
    Board {
        name: "mps2-an385",
        title: "Arm MPS2 with a Cortex-M3 (AN385), emulated",
        core: "Cortex-M3",
        target: "thumbv7m-none-eabi",
        machine: Some("mps2-an385"),
        clock_hz: 25_000_000,
        flash: Region { start: 0, length: 2 * MIB },
        ram: Region { start: 0x2000_0000, length: 4 * MIB },
        slots: [
            Region { start: 0x0020_0000, length: MIB },
            Region { start: 0x0030_0000, length: MIB },
        ],
        chip: None,
        uf2_family: None,
    },
    Board {
        name: "stm32f405",
        title: "STM32F405RG, as on the Adafruit Feather, SparkFun MicroMod and Netduino Plus 2",
        core: "Cortex-M4F",
        target: "thumbv7em-none-eabihf",
        machine: Some("netduinoplus2"),
        clock_hz: 168_000_000,
        flash: Region { start: 0x0800_0000, length: 256 * KIB },
        // Besides, there are 64 KiB that only the core can reach, at 0x1000_0000; they are not used.
        ram: Region { start: 0x2000_0000, length: 128 * KIB },
        // The last two sectors of 128 KiB: a sector is erased as a whole.
        slots: [
            Region { start: 0x080c_0000, length: 128 * KIB },
            Region { start: 0x080e_0000, length: 128 * KIB },
        ],
        chip: Some("STM32F405RGTx"),
        uf2_family: Some(0x5775_5a57),
    },
    Board {
        name: "microbit",
        title: "BBC micro:bit V1 (nRF51822)",
        core: "Cortex-M0",
        target: "thumbv6m-none-eabi",
        machine: Some("microbit"),
        clock_hz: 16_000_000,
        flash: Region { start: 0, length: 48 * KIB },
        ram: Region { start: 0x2000_0000, length: 16 * KIB },
        slots: [
            Region { start: 0x0000_c000, length: 104 * KIB },
            Region { start: 0x0002_6000, length: 104 * KIB },
        ],
        chip: Some("nRF51822_xxAA"),
        uf2_family: None,
    },
];
