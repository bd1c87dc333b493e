//! What `cargo xtask instructions --fit` measured and wrote.

use super::Purpose;
use super::measure::{Count, Room};

/// Instructions, by processor core.
pub const COUNTS: &[Count] = &[
    Count {
        core: "Cortex-M4F",
        purpose: Purpose::Inference,
        instructions: [
            245.21, 14.5, 9.29, 0.24, 4.78, 28.73, 0.53, 2.38, 1.48, 27.22, 44.63, 30.48, 0.77,
            7.09, 1.34,
        ],
    },
    Count {
        core: "Cortex-M3",
        purpose: Purpose::Inference,
        instructions: [
            1004.71, 273.13, 0.0, 0.0, 0.0, 62.29, 8.32, 131.44, 28.34, 1617.27, 2551.99, 1629.81,
            0.0, 0.0, 4.99,
        ],
    },
    Count {
        core: "Cortex-M0",
        purpose: Purpose::Inference,
        instructions: [
            215.06, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 248.15, 235.7, 2746.28, 4425.83, 2617.26, 0.0,
            0.0, 0.0,
        ],
    },
    Count {
        core: "Cortex-M4F",
        purpose: Purpose::Training,
        instructions: [
            1041.59, 0.0, 1.27, 0.0, 14.61, 0.0, 4.07, 4.58, 60.06, 68.96, 51.72, 167.4, 2.2, 0.0,
            0.0,
        ],
    },
    Count {
        core: "Cortex-M3",
        purpose: Purpose::Training,
        instructions: [
            41092.61, 0.0, 8.6, 0.0, 0.0, 1444.46, 181.23, 215.31, 0.0, 959.94, 2154.42, 0.0,
            87.97, 0.0, 0.0,
        ],
    },
    Count {
        core: "Cortex-M0",
        purpose: Purpose::Training,
        instructions: [
            0.0, 0.0, 278.13, 0.0, 0.0, 2820.96, 0.0, 468.92, 0.0, 3742.94, 0.0, 8229.6, 0.0, 0.0,
            0.0,
        ],
    },
    Count {
        core: "Cortex-M4F",
        purpose: Purpose::Bytes,
        instructions: [
            27.22, 114.46, 5.1, 13.39, 0.0, 0.26, 2.71, 1.94, 7.39, 11.94, 9.11, 8.0, 0.14, 14.79,
            0.0,
        ],
    },
    Count {
        core: "Cortex-M3",
        purpose: Purpose::Bytes,
        instructions: [
            37.7, 167.31, 4.69, 8.61, 0.0, 9.55, 4.54, 4.95, 7.85, 11.28, 9.39, 8.14, 0.0, 14.49,
            0.0,
        ],
    },
    Count {
        core: "Cortex-M0",
        purpose: Purpose::Bytes,
        instructions: [
            168.06, 90.11, 8.13, 33.93, 0.0, 0.0, 4.39, 7.43, 15.89, 10.31, 9.24, 0.0, 0.0, 22.17,
            0.0,
        ],
    },
    Count {
        core: "Cortex-M4F",
        purpose: Purpose::Bits,
        instructions: [
            210.37, 17.28, 0.41, 0.0, 0.0, 14.3, 8.67, 0.56, 0.0, 8.57, 11.03, 0.0, 1.46, 0.0, 0.0,
        ],
    },
    Count {
        core: "Cortex-M3",
        purpose: Purpose::Bits,
        instructions: [
            235.2, 128.62, 0.14, 0.0, 3.36, 34.45, 6.54, 0.92, 0.0, 10.93, 9.21, 3.39, 2.2, 0.0,
            0.0,
        ],
    },
    Count {
        core: "Cortex-M0",
        purpose: Purpose::Bits,
        instructions: [
            172.94, 0.0, 0.91, 13.97, 4.55, 0.0, 5.78, 1.66, 15.74, 14.23, 15.04, 0.0, 4.1, 0.0,
            0.0,
        ],
    },
];

/// Room, by board.
pub const ROOMS: &[Room] = &[
    Room {
        board: "mps2-an386",
        purpose: Purpose::Inference,
        code: [15819.6, 256.75, 0.0, 501.91, 893.76],
        statics: 7456,
        stack: 832,
    },
    Room {
        board: "mps2-an386",
        purpose: Purpose::Training,
        code: [22976.95, 4656.89, 0.0, 0.0, 3457.07],
        statics: 7464,
        stack: 2640,
    },
    Room {
        board: "mps2-an386",
        purpose: Purpose::Bytes,
        code: [15002.78, 653.34, 0.0, 349.26, 2.37],
        statics: 7458,
        stack: 1688,
    },
    Room {
        board: "mps2-an386",
        purpose: Purpose::Bits,
        code: [14539.6, 998.17, 0.0, 550.07, 369.98],
        statics: 7514,
        stack: 1224,
    },
    Room {
        board: "mps2-an385",
        purpose: Purpose::Inference,
        code: [17569.55, 842.38, 0.0, 552.36, 903.85],
        statics: 7456,
        stack: 768,
    },
    Room {
        board: "mps2-an385",
        purpose: Purpose::Training,
        code: [25934.17, 8153.96, 0.0, 0.0, 1728.69],
        statics: 7464,
        stack: 2328,
    },
    Room {
        board: "mps2-an385",
        purpose: Purpose::Bytes,
        code: [14940.22, 578.68, 48.46, 340.57, 0.0],
        statics: 7458,
        stack: 1684,
    },
    Room {
        board: "mps2-an385",
        purpose: Purpose::Bits,
        code: [14416.25, 882.15, 0.0, 411.41, 146.43],
        statics: 7514,
        stack: 1216,
    },
    Room {
        board: "stm32f405",
        purpose: Purpose::Inference,
        code: [13040.11, 189.89, 78.63, 383.0, 931.0],
        statics: 420,
        stack: 840,
    },
    Room {
        board: "stm32f405",
        purpose: Purpose::Training,
        code: [20005.71, 6104.01, 34.62, 1059.26, 1259.02],
        statics: 428,
        stack: 2656,
    },
    Room {
        board: "stm32f405",
        purpose: Purpose::Bytes,
        code: [11794.79, 905.42, 457.33, 819.79, 0.0],
        statics: 422,
        stack: 1696,
    },
    Room {
        board: "stm32f405",
        purpose: Purpose::Bits,
        code: [11253.35, 1597.26, 506.85, 1013.4, 0.0],
        statics: 505,
        stack: 1232,
    },
    Room {
        board: "microbit",
        purpose: Purpose::Inference,
        code: [14189.82, 352.12, 0.0, 464.62, 153.1],
        statics: 464,
        stack: 812,
    },
    Room {
        board: "microbit",
        purpose: Purpose::Training,
        code: [20191.67, 563.79, 0.0, 0.0, 1112.58],
        statics: 472,
        stack: 2092,
    },
    Room {
        board: "microbit",
        purpose: Purpose::Bytes,
        code: [11694.64, 315.93, 61.63, 114.1, 0.0],
        statics: 466,
        stack: 1116,
    },
    Room {
        board: "microbit",
        purpose: Purpose::Bits,
        code: [11148.02, 567.43, 0.0, 209.38, 79.44],
        statics: 522,
        stack: 812,
    },
];
