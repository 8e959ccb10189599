//! Everything that is printed: results to standard output, progress and warnings to standard error. Never an id.

use crate::failure::Failure;
use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use std::fmt;
use std::io::{IsTerminal, Stderr, Stdout, Write};
use std::time::{Duration, Instant};

/// Where messages go. On a terminal long work shows a moving line, in a log plain lines.
#[derive(Debug)]
pub struct Console {
    quiet: bool,
    timings: bool,
    terminal: bool,
    results: Stdout,
    messages: Stderr,
}

impl Console {
    /// `quiet` leaves warnings, errors and results; `timings` adds how long each step took.
    pub fn new(quiet: bool, timings: bool) -> Self {
        let (results, messages) = (std::io::stdout(), std::io::stderr());
        Self { quiet, timings, terminal: messages.is_terminal(), results, messages }
    }

    /// A result, to standard output.
    pub fn result(&self, text: &str) {
        // A closed pipe (`| head`) is the reader's choice, not a failure.
        writeln!(self.results.lock(), "{text}").unwrap_or_default();
    }

    /// A step of the work.
    pub fn step(&self, text: &str) {
        if !self.quiet {
            self.line(text);
        }
    }

    /// Does a step of the work, and tells how long it took if that was asked for.
    pub fn timed<T>(&self, what: &str, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let done = work();
        if self.timings {
            self.line(&format!("{:>9.3} s  {what}", start.elapsed().as_secs_f64()));
        }
        done
    }

    /// Something the user should look at.
    pub fn warn(&self, text: &str) {
        self.line(&format!("warning: {text}"));
    }

    /// What ended the run.
    pub fn failure(&self, failure: &Failure) {
        self.line(&format!("{:?}", failure.report()));
    }

    fn line(&self, text: &str) {
        writeln!(self.messages.lock(), "{text}").unwrap_or_default();
    }

    /// A moving line for long work; hidden when quiet or not on a terminal.
    pub fn progress(&self, total: Option<u64>, what: &str) -> ProgressBar {
        if self.quiet || !self.terminal {
            return ProgressBar::hidden();
        }
        let template = match total {
            Some(_) => "{msg} [{bar:30}] {human_pos}/{human_len}, {eta} left",
            None => "{msg} {spinner} {human_pos} rows, {rate} a second",
        };
        let bar = total.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        // A tracker that cannot write leaves the line as it is.
        let rate = |state: &ProgressState, out: &mut dyn fmt::Write| {
            _ = out.write_str(&grouped(state.per_sec() as u64));
        };
        bar.set_style(style.with_key("rate", rate));
        bar.set_message(what.to_owned());
        bar.enable_steady_tick(Duration::from_millis(200));
        bar
    }
}

/// A number with thousands separated, for people: 1,234,567.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn thousands_are_separated() {
        assert_eq!([0, 999, 1000, 1_234_567].map(super::grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
