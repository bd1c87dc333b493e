//! Times and sizes as people say them.

use std::time::Duration;

/// `time` with two to three figures: `850 µs`, `77 ms`, `2.3 s`, `3 min 05 s`, `1 h 04 min`.
pub fn duration(time: Duration) -> String {
    let micros = time.as_micros();
    let tenths = (micros + 50_000) / 100_000;
    let seconds = (micros + 500_000) / 1_000_000;
    match micros {
        0..1_000 => format!("{micros} µs"),
        1_000..999_500 => format!("{} ms", (micros + 500) / 1_000),
        _ if tenths < 600 => format!("{}.{} s", tenths / 10, tenths % 10),
        _ if seconds < 3600 => format!("{} min {:02} s", seconds / 60, seconds % 60),
        _ => format!("{} h {:02} min", seconds / 3600, seconds / 60 % 60),
    }
}

/// `count` bytes, in units of 1024 from 10 KiB on: `4096 bytes`, `93.2 KiB`, `1.5 MiB`.
pub fn bytes(count: u64) -> String {
    let one = |unit: u64| {
        let tenths = (u128::from(count) * 10 + u128::from(unit) / 2) / u128::from(unit);
        format!("{}.{}", tenths / 10, tenths % 10)
    };
    match count {
        1 => "1 byte".to_owned(),
        0..10_240 => format!("{count} bytes"),
        10_240..1_048_525 => format!("{} KiB", one(1 << 10)),
        1_048_525..1_073_689_396 => format!("{} MiB", one(1 << 20)),
        _ => format!("{} GiB", one(1 << 30)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_change_unit_where_the_rounded_figure_would_overflow() {
        let text = |micros| duration(Duration::from_micros(micros));
        assert_eq!(text(850), "850 µs");
        assert_eq!(text(1_000), "1 ms");
        assert_eq!(text(999_499), "999 ms");
        assert_eq!(text(999_500), "1.0 s");
        assert_eq!(text(59_949_999), "59.9 s");
        assert_eq!(text(59_950_000), "1 min 00 s");
        assert_eq!(text(185_000_000), "3 min 05 s");
        assert_eq!(text(3_599_500_000), "1 h 00 min");
        assert_eq!(text(3_840_000_000), "1 h 04 min");
    }

    #[test]
    fn sizes_change_unit_where_the_rounded_figure_would_overflow() {
        assert_eq!(bytes(0), "0 bytes");
        assert_eq!(bytes(1), "1 byte");
        assert_eq!(bytes(10_239), "10239 bytes");
        assert_eq!(bytes(10_240), "10.0 KiB");
        assert_eq!(bytes(95_400), "93.2 KiB");
        assert_eq!(bytes(1_048_524), "1023.9 KiB");
        assert_eq!(bytes(1_048_525), "1.0 MiB");
        assert_eq!(bytes(1_073_689_395), "1023.9 MiB");
        assert_eq!(bytes(1_073_689_396), "1.0 GiB");
        assert_eq!(bytes(u64::MAX), "17179869184.0 GiB");
    }
}
