//! What `cargo xtask instructions --fit` measured and wrote.

use super::Purpose;
use super::measure::{Count, Room};

/// Instructions, by processor core.
pub const COUNTS: &[Count] = &[
    Count {
        core: "Cortex-M4F",
        purpose: Purpose::Inference,
        instructions: [
            113.95, 0.0, 0.0, 0.15, 15.53, 13.97, 0.28, 2.4, 11.64, 33.18, 49.66, 32.77, 0.83, 0.0,
            0.0,
        ],
    },
    Count {
        core: "Cortex-M3",
        purpose: Purpose::Inference,
        instructions: [
            846.43, 294.73, 0.0, 0.0, 0.44, 48.3, 9.85, 131.32, 37.07, 1621.22, 2556.06, 1624.75,
            0.0, 0.0, 0.0,
        ],
    },
    Count {
        core: "Cortex-M0",
        purpose: Purpose::Inference,
        instructions: [
            179.28, 0.0, 0.42, 4.93, 0.0, 0.0, 0.0, 248.17, 236.71, 2734.13, 4423.18, 2577.13, 0.0,
            0.0, 0.0,
        ],
    },
    Count {
        core: "Cortex-M4F",
        purpose: Purpose::Training,
        instructions: [
            1049.98, 0.0, 1.25, 0.0, 14.61, 0.0, 4.06, 4.58, 59.95, 69.61, 51.7, 168.84, 2.17, 0.0,
            0.0,
        ],
    },
    Count {
        core: "Cortex-M3",
        purpose: Purpose::Training,
        instructions: [
            41094.08, 0.0, 8.57, 0.0, 0.0, 1447.55, 181.39, 215.28, 0.0, 959.33, 2152.7, 0.0,
            87.84, 0.0, 0.0,
        ],
    },
    Count {
        core: "Cortex-M0",
        purpose: Purpose::Training,
        instructions: [
            0.0, 0.0, 279.87, 0.0, 0.0, 2857.58, 0.0, 468.95, 0.0, 3709.07, 0.0, 8186.2, 0.0, 0.0,
            0.0,
        ],
    },
    Count {
        core: "Cortex-M4F",
        purpose: Purpose::Bytes,
        instructions: [
            30.16, 109.22, 0.0, 10.45, 20.17, 0.0, 0.0, 2.37, 10.61, 15.75, 9.42, 23.7, 0.12, 0.0,
            0.0,
        ],
    },
    Count {
        core: "Cortex-M3",
        purpose: Purpose::Bytes,
        instructions: [
            38.53, 89.22, 0.18, 6.01, 20.28, 0.0, 1.54, 5.36, 10.17, 11.32, 11.06, 5.7, 0.67, 0.0,
            0.0,
        ],
    },
    Count {
        core: "Cortex-M0",
        purpose: Purpose::Bytes,
        instructions: [
            142.71, 0.0, 0.32, 26.78, 30.18, 0.0, 1.33, 7.88, 19.34, 12.34, 9.49, 0.0, 0.56, 0.0,
            0.0,
        ],
    },
    Count {
        core: "Cortex-M4F",
        purpose: Purpose::Bits,
        instructions: [
            228.19, 0.0, 0.09, 0.0, 9.25, 0.0, 5.26, 0.0, 2.67, 13.13, 11.2, 8.05, 2.5, 0.0, 0.0,
        ],
    },
    Count {
        core: "Cortex-M3",
        purpose: Purpose::Bits,
        instructions: [
            248.36, 107.29, 0.05, 0.0, 9.73, 24.59, 8.16, 0.0, 0.0, 12.09, 9.87, 3.59, 3.03, 0.0,
            0.0,
        ],
    },
    Count {
        core: "Cortex-M0",
        purpose: Purpose::Bits,
        instructions: [
            199.0, 151.81, 0.66, 21.47, 7.42, 0.0, 14.3, 0.03, 15.36, 17.02, 10.31, 0.0, 3.51, 0.0,
            0.0,
        ],
    },
];

/// Room, by board.
pub const ROOMS: &[Room] = &[
    Room {
        board: "mps2-an386",
        purpose: Purpose::Inference,
        code: [15809.57, 259.27, 0.0, 497.11, 895.75],
        statics: 7456,
        stack: 840,
    },
    Room {
        board: "mps2-an386",
        purpose: Purpose::Training,
        code: [22978.01, 4657.6, 0.0, 0.0, 3458.55],
        statics: 7464,
        stack: 2656,
    },
    Room {
        board: "mps2-an386",
        purpose: Purpose::Bytes,
        code: [15254.7, 551.83, 8.89, 337.37, 0.0],
        statics: 7458,
        stack: 1696,
    },
    Room {
        board: "mps2-an386",
        purpose: Purpose::Bits,
        code: [14778.12, 931.9, 0.0, 550.39, 378.46],
        statics: 7514,
        stack: 1232,
    },
    Room {
        board: "mps2-an385",
        purpose: Purpose::Inference,
        code: [17563.12, 842.12, 0.0, 551.22, 903.74],
        statics: 7456,
        stack: 776,
    },
    Room {
        board: "mps2-an385",
        purpose: Purpose::Training,
        code: [25935.13, 8153.93, 0.0, 0.0, 1728.69],
        statics: 7464,
        stack: 2344,
    },
    Room {
        board: "mps2-an385",
        purpose: Purpose::Bytes,
        code: [15162.85, 499.88, 43.64, 327.69, 0.0],
        statics: 7458,
        stack: 1692,
    },
    Room {
        board: "mps2-an385",
        purpose: Purpose::Bits,
        code: [14654.76, 813.03, 0.0, 409.58, 158.79],
        statics: 7514,
        stack: 1224,
    },
    Room {
        board: "stm32f405",
        purpose: Purpose::Inference,
        code: [13032.16, 189.9, 78.57, 379.01, 930.93],
        statics: 420,
        stack: 840,
    },
    Room {
        board: "stm32f405",
        purpose: Purpose::Training,
        code: [19997.73, 6103.98, 34.62, 1059.26, 1259.03],
        statics: 428,
        stack: 2656,
    },
    Room {
        board: "stm32f405",
        purpose: Purpose::Bytes,
        code: [12060.48, 791.49, 452.67, 808.03, 0.0],
        statics: 422,
        stack: 1696,
    },
    Room {
        board: "stm32f405",
        purpose: Purpose::Bits,
        code: [11506.75, 1521.99, 487.19, 1011.26, 0.0],
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
        code: [11763.48, 261.83, 100.92, 104.65, 0.0],
        statics: 466,
        stack: 1108,
    },
    Room {
        board: "microbit",
        purpose: Purpose::Bits,
        code: [11264.2, 514.03, 0.0, 196.66, 36.57],
        statics: 522,
        stack: 812,
    },
];
