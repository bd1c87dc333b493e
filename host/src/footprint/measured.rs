//! What `cargo xtask instructions --fit` measured and wrote.

use super::Purpose;
use super::measure::{Count, Room};

/// Instructions, by processor core.
pub const COUNTS: &[Count] = &[
    Count {
        core: "Cortex-M4F",
        purpose: Purpose::Inference,
        instructions: [
            239.21, 19.14, 9.14, 0.73, 4.91, 27.47, 0.62, 2.37, 2.35, 27.95, 44.96, 31.35, 0.71,
            4.33, 5.29,
        ],
    },
    Count {
        core: "Cortex-M3",
        purpose: Purpose::Inference,
        instructions: [
            1004.83, 278.02, 0.0, 0.0, 0.0, 62.66, 8.27, 131.45, 28.0, 1617.59, 2551.61, 1629.96,
            0.0, 0.0, 5.02,
        ],
    },
    Count {
        core: "Cortex-M0",
        purpose: Purpose::Inference,
        instructions: [
            218.53, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 248.15, 237.47, 2744.34, 4424.98, 2606.12, 0.0,
            0.0, 0.0,
        ],
    },
    Count {
        core: "Cortex-M4F",
        purpose: Purpose::Training,
        instructions: [
            1052.49, 0.0, 1.2, 0.0, 14.63, 0.0, 3.93, 4.59, 60.48, 70.43, 51.44, 170.5, 2.13, 0.0,
            0.0,
        ],
    },
    Count {
        core: "Cortex-M3",
        purpose: Purpose::Training,
        instructions: [
            41071.39, 0.0, 8.62, 0.0, 0.0, 1445.05, 181.52, 215.26, 0.0, 960.01, 2154.25, 0.0,
            87.96, 0.0, 0.0,
        ],
    },
    Count {
        core: "Cortex-M0",
        purpose: Purpose::Training,
        instructions: [
            0.0, 0.0, 277.49, 0.0, 0.0, 2808.55, 0.0, 468.87, 0.0, 3757.06, 0.0, 8237.82, 0.0, 0.0,
            0.0,
        ],
    },
    Count {
        core: "Cortex-M4F",
        purpose: Purpose::Bytes,
        instructions: [
            27.28, 133.14, 5.14, 15.32, 0.0, 0.0, 2.69, 1.93, 6.78, 11.69, 9.45, 9.3, 0.0, 16.51,
            0.0,
        ],
    },
    Count {
        core: "Cortex-M3",
        purpose: Purpose::Bytes,
        instructions: [
            27.66, 152.34, 4.73, 11.0, 0.0, 5.32, 4.64, 4.93, 8.64, 10.64, 8.93, 4.94, 0.0, 16.17,
            0.0,
        ],
    },
    Count {
        core: "Cortex-M0",
        purpose: Purpose::Bytes,
        instructions: [
            125.67, 101.61, 8.26, 36.84, 0.0, 0.0, 5.08, 7.32, 14.69, 9.45, 8.28, 0.0, 0.0, 22.65,
            0.0,
        ],
    },
    Count {
        core: "Cortex-M4F",
        purpose: Purpose::Bits,
        instructions: [
            172.75, 29.24, 0.45, 0.0, 0.0, 19.45, 8.84, 0.55, 0.0, 7.66, 10.32, 0.0, 1.31, 0.0, 0.0,
        ],
    },
    Count {
        core: "Cortex-M3",
        purpose: Purpose::Bits,
        instructions: [
            241.63, 175.46, 0.05, 0.0, 3.24, 39.51, 6.63, 0.92, 0.0, 12.16, 8.72, 9.42, 1.83, 0.0,
            0.0,
        ],
    },
    Count {
        core: "Cortex-M0",
        purpose: Purpose::Bits,
        instructions: [
            169.51, 0.0, 0.92, 13.43, 4.48, 0.0, 5.71, 1.66, 15.71, 14.4, 15.03, 0.0, 4.13, 0.0,
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
        code: [14992.44, 627.92, 28.46, 332.77, 0.0],
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
        code: [14894.37, 580.89, 69.25, 322.94, 0.0],
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
        code: [11820.72, 858.47, 457.24, 776.82, 0.0],
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
        code: [14189.53, 353.76, 0.0, 465.52, 150.9],
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
