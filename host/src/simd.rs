//! Which vector instructions the kernels are compiled for, chosen at run time.
//!
//! The kernels are plain generic code. [`Level::run`] inlines what it is given into a function
//! compiled for the level's instructions, so that one binary serves every machine and no build
//! flag is needed. The level changes the speed, never a bit.

use std::fmt;
use std::str::FromStr;

/// A set of vector instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level(Kind);

#[derive(Clone, Copy, Debug)]
enum Kind {
    /// What every machine of the architecture has: SSE2 on x86-64, NEON on aarch64.
    Baseline,
    /// AVX2: 8 lanes.
    #[cfg(target_arch = "x86_64")]
    Avx2(pulp::x86::V3),
    /// AVX-512: 16 lanes.
    #[cfg(target_arch = "x86_64")]
    Avx512(pulp::x86::V4),
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

impl Eq for Kind {}

impl Level {
    /// What every machine of this architecture can run.
    pub const BASELINE: Self = Self(Kind::Baseline);

    /// The levels this machine has, narrowest first.
    pub fn available() -> Vec<Self> {
        let mut levels = vec![Self::BASELINE];
        #[cfg(target_arch = "x86_64")]
        {
            levels.extend(pulp::x86::V3::try_new().map(|simd| Self(Kind::Avx2(simd))));
            levels.extend(pulp::x86::V4::try_new().map(|simd| Self(Kind::Avx512(simd))));
        }
        levels
    }

    /// The level that is fastest here.
    pub fn best() -> Self {
        #[cfg(target_arch = "x86_64")]
        if let Some(simd) = pulp::x86::V3::try_new() {
            // Not AVX-512 even where there is one: timed on a Zen 4, it took 1.7 (784-30-10) to 3.3
            // (784-512-10, batch 128) times as long, because its rows end up in too few registers.
            return Self(Kind::Avx2(simd));
        }
        Self::BASELINE
    }

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self.0 {
            Kind::Baseline => "baseline",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2(_) => "avx2",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512(_) => "avx512",
        }
    }

    /// Runs `work` compiled for this level; everything it calls must be `#[inline(always)]`.
    #[inline(always)]
    pub fn run<R>(self, work: impl FnOnce() -> R) -> R {
        match self.0 {
            Kind::Baseline => work(),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2(simd) => simd.vectorize(work),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512(simd) => simd.vectorize(work),
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Level {
    type Err = MissingLevel;

    fn from_str(name: &str) -> Result<Self, MissingLevel> {
        Self::available().into_iter().find(|level| level.name() == name).ok_or(MissingLevel)
    }
}

/// A level that does not exist or that this machine does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MissingLevel;

impl fmt::Display for MissingLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = Level::available().into_iter().map(Level::name).collect();
        write!(f, "this machine has {}", names.join(", "))
    }
}

impl std::error::Error for MissingLevel {}
