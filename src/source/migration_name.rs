//! `YYYYMMDDHHMMSS_description.sql`: the name that orders a migration.

use thiserror::Error;

/// The leading digits of a migration's file name, as `supabase db push` records them.
pub type Version<'a> = &'a str;

/// A well-formed migration file name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MigrationName<'a> {
    pub version: Version<'a>,
    pub description: &'a str,
}

/// What is wrong with a migration's file name.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MigrationNameError {
    #[error("the name does not end in `.sql`")]
    NotSql,
    #[error("the name does not start with a 14-digit timestamp `YYYYMMDDHHMMSS_`")]
    NoTimestamp,
    #[error("`{0}` is not a calendar time: {1}")]
    NotATime(String, &'static str),
    #[error("the description `{0}` is not lower_snake_case")]
    Description(String),
}

/// The version of a consolidated baseline, which sorts after every timestamp.
const BASELINE: &str = "99999999999999";

impl<'a> MigrationName<'a> {
    /// Parses a file name without its folder.
    pub fn parse(file_name: &'a str) -> Result<Self, MigrationNameError> {
        let stem = file_name.strip_suffix(".sql").ok_or(MigrationNameError::NotSql)?;
        let (version, description) = stem.split_once('_').ok_or(MigrationNameError::NoTimestamp)?;
        if version.len() != 14 || !version.bytes().all(|b| b.is_ascii_digit()) {
            return Err(MigrationNameError::NoTimestamp);
        }
        if version != BASELINE
            && let Err(why) = check_time(version)
        {
            return Err(MigrationNameError::NotATime(version.into(), why));
        }
        // Lovable's are UUIDs.
        if !is_lower_snake_case(description) && !is_uuid(description) {
            return Err(MigrationNameError::Description(description.into()));
        }
        Ok(Self { version, description })
    }

    pub fn is_baseline(&self) -> bool {
        self.version == BASELINE
    }

    /// Whether a file's version is at or before `until`: the live database has it. Versions compare as `supabase db push` orders them, as text.
    pub fn is_until(file_name: &str, until: &str) -> bool {
        Self::version_of(file_name).is_some_and(|version| version <= until)
    }

    /// The leading digits before the first `_`, well-formed or not: what two files may not share.
    pub fn version_of(file_name: &str) -> Option<Version<'_>> {
        let (version, _) = file_name.split_once('_')?;
        (!version.is_empty() && version.bytes().all(|b| b.is_ascii_digit())).then_some(version)
    }
}

/// The day of a version that is a time, counted from one that is the same for all.
pub fn day_of_version(version: &str) -> Option<u32> {
    if version.len() != 14 || !version.bytes().all(|b| b.is_ascii_digit()) || check_time(version).is_err() {
        return None;
    }
    let number = |range: std::ops::Range<usize>| version[range].parse::<u32>().ok();
    let (year, month, day) = (number(0..4)?, number(4..6)?, number(6..8)?);
    // The year begins in March, so that the leap day is its last.
    let (year, month) = if month < 3 { (year + 399, month + 9) } else { (year + 400, month - 3) };
    Some(year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day)
}

fn is_lower_snake_case(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        && text.split('_').all(|word| !word.is_empty())
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, b)| match at {
            8 | 13 | 18 | 23 => b == b'-',
            _ => matches!(b, b'0'..=b'9' | b'a'..=b'f'),
        })
}

/// `YYYYMMDDHHMMSS`, fourteen digits, must be a time of the Gregorian calendar.
fn check_time(version: &str) -> Result<(), &'static str> {
    let number = |range: std::ops::Range<usize>| version[range].parse::<u32>().unwrap_or(u32::MAX); // digits only
    let (year, month, day) = (number(0..4), number(4..6), number(6..8));
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return Err("no such month"),
    };
    if day == 0 || day > days {
        return Err("no such day in that month");
    }
    if number(8..10) > 23 || number(10..12) > 59 || number(12..14) > 59 {
        return Err("no such time of day");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_and_refuses() {
        assert!(MigrationName::parse("20250131120000_add_orgs.sql").is_ok());
        assert!(MigrationName::parse("20240229000000_leap.sql").is_ok());
        assert!(MigrationName::parse("20250618162053_fee87099-5da8-4001-992b-a8c866c7d859.sql").is_ok());
        assert!(MigrationName::parse("99999999999999_master.sql").is_ok_and(|n| n.is_baseline()));
        for (name, error) in [
            ("20250131120000_add_orgs.txt", "the name does not end in `.sql`"),
            ("init.sql", "the name does not start with a 14-digit timestamp `YYYYMMDDHHMMSS_`"),
            ("2025_init.sql", "the name does not start with a 14-digit timestamp `YYYYMMDDHHMMSS_`"),
            ("20230229000000_x.sql", "`20230229000000` is not a calendar time: no such day in that month"),
            ("20231301000000_x.sql", "`20231301000000` is not a calendar time: no such month"),
            ("20230101240000_x.sql", "`20230101240000` is not a calendar time: no such time of day"),
            ("20230101000000_Add-Orgs.sql", "the description `Add-Orgs` is not lower_snake_case"),
            ("20230101000000_.sql", "the description `` is not lower_snake_case"),
        ] {
            assert_eq!(MigrationName::parse(name).map_err(|e| e.to_string()), Err(error.to_string()), "{name}");
        }
    }

    #[test]
    fn counts_days() {
        let day = |date: &str| day_of_version(&format!("{date}120000")).unwrap();
        for (from, to, days) in [
            ("20240228", "20240301", 2),
            ("20250228", "20250301", 1),
            ("20241231", "20250101", 1),
            ("19991231", "20000301", 61),
            ("20250101", "20260101", 365),
        ] {
            assert_eq!(day(to) - day(from), days, "{from} {to}");
        }
        assert_eq!((day_of_version("20250230000000"), day_of_version("2025")), (None, None));
    }

    #[test]
    fn finds_the_version_of_a_misnamed_file() {
        assert_eq!(MigrationName::version_of("001_init.sql"), Some("001"));
        assert_eq!(MigrationName::version_of("init_001.sql"), None);
    }
}
