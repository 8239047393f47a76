//! How far a long replay is, on a terminal.

use std::env::var_os;
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// Shorter runs show nothing.
const PATIENCE: Duration = Duration::from_millis(500);
/// Between two drawings.
const PAUSE: Duration = Duration::from_millis(80);
/// The length of the bar in characters.
const WIDTH: usize = 20;

/// A line of standard error that is drawn over and over, and gone at the end.
pub struct Progress {
    is_on: bool,
    next: Instant,
    is_drawn: bool,
}

impl Progress {
    /// Shows something only where a person watches: a terminal, and neither `--quiet` nor CI.
    pub fn new(is_quiet: bool) -> Self {
        let is_dumb = var_os("TERM").is_none_or(|term| term == "dumb");
        let is_on = !is_quiet && !is_dumb && var_os("CI").is_none() && std::io::stderr().is_terminal();
        Self { is_on, next: Instant::now() + PATIENCE, is_drawn: false }
    }

    /// So many of so many files are replayed.
    pub fn at(&mut self, done: usize, all: usize) {
        if self.is_on && Instant::now() >= self.next {
            self.next = Instant::now() + PAUSE;
            self.draw(&bar(done, all));
        }
    }

    /// What is done next, which cannot be counted.
    pub fn say(&mut self, what: &str) {
        if self.is_on && (self.is_drawn || Instant::now() >= self.next) {
            self.draw(what);
        }
    }

    fn draw(&mut self, line: &str) {
        self.is_drawn = true;
        let _ = write!(std::io::stderr(), "\r\x1b[K{line}"); // a terminal that is gone shows nothing
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.is_drawn {
            self.draw("");
        }
    }
}

fn bar(done: usize, all: usize) -> String {
    let full = (done * WIDTH).checked_div(all).unwrap_or(WIDTH);
    format!("replaying [{}{}] {done} of {all} files", "=".repeat(full), " ".repeat(WIDTH - full))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_fills() {
        assert_eq!(bar(0, 4000), format!("replaying [{}] 0 of 4000 files", " ".repeat(20)));
        assert_eq!(bar(2000, 4000), format!("replaying [{}{}] 2000 of 4000 files", "=".repeat(10), " ".repeat(10)));
        assert_eq!(bar(4000, 4000), format!("replaying [{}] 4000 of 4000 files", "=".repeat(20)));
    }
}
