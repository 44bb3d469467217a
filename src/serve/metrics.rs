//! Counters in the text format of Prometheus.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Upper bounds in seconds.
const BUCKETS: [f64; 9] = [0.002, 0.005, 0.01, 0.025, 0.1, 0.5, 1.0, 5.0, 10.0];

/// What is counted since the start.
#[derive(Default)]
pub(super) struct Metrics {
    requests: Mutex<BTreeMap<(&'static str, u16), u64>>,
    durations: Mutex<BTreeMap<&'static str, Durations>>,
    running: AtomicU64,
    annotated: AtomicU64,
    rejected: AtomicU64,
}

#[derive(Default)]
struct Durations {
    /// How many took at most as long as each bound.
    within: [u64; BUCKETS.len()],
    count: u64,
    seconds: f64,
}

/// A request under way.
pub(super) struct Running<'a>(&'a AtomicU64);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Metrics {
    /// A request begins; it runs as long as what is handed out lives.
    pub(super) fn begin(&self) -> Running<'_> {
        self.running.fetch_add(1, Ordering::Relaxed);
        Running(&self.running)
    }

    /// A request is answered.
    pub(super) fn end(&self, route: &'static str, status: u16, took: Duration) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        *requests.entry((route, status)).or_default() += 1;
        drop(requests);
        let mut durations = self
            .durations
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let durations = durations.entry(route).or_default();
        let seconds = took.as_secs_f64();
        for (within, bound) in durations.within.iter_mut().zip(BUCKETS) {
            *within += u64::from(seconds <= bound);
        }
        durations.count += 1;
        durations.seconds += seconds;
    }

    /// Articles are annotated or refused.
    pub(super) fn articles(&self, annotated: usize, rejected: usize) {
        self.annotated
            .fetch_add(annotated as u64, Ordering::Relaxed);
        self.rejected.fetch_add(rejected as u64, Ordering::Relaxed);
    }

    /// All of it.
    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        head(
            &mut out,
            "peristiwa_requests_total",
            "counter",
            "Answered requests.",
        );
        for ((route, status), count) in
            &*self.requests.lock().unwrap_or_else(PoisonError::into_inner)
        {
            let _ = writeln!(
                out,
                "peristiwa_requests_total{{path=\"{route}\",status=\"{status}\"}} {count}"
            );
        }
        let name = "peristiwa_request_duration_seconds";
        head(
            &mut out,
            name,
            "histogram",
            "Time from the head of a request to its answer.",
        );
        for (route, durations) in &*self
            .durations
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
        {
            for (within, bound) in durations.within.iter().zip(BUCKETS) {
                let _ = writeln!(
                    out,
                    "{name}_bucket{{path=\"{route}\",le=\"{bound}\"}} {within}"
                );
            }
            let Durations { count, seconds, .. } = durations;
            let _ = writeln!(out, "{name}_bucket{{path=\"{route}\",le=\"+Inf\"}} {count}");
            let _ = writeln!(out, "{name}_sum{{path=\"{route}\"}} {seconds}");
            let _ = writeln!(out, "{name}_count{{path=\"{route}\"}} {count}");
        }
        for (name, kind, help, value) in [
            (
                "peristiwa_requests_running",
                "gauge",
                "Requests under way.",
                &self.running,
            ),
            (
                "peristiwa_articles_annotated_total",
                "counter",
                "Annotated articles.",
                &self.annotated,
            ),
            (
                "peristiwa_articles_rejected_total",
                "counter",
                "Articles that could not be annotated.",
                &self.rejected,
            ),
        ] {
            head(&mut out, name, kind, help);
            let _ = writeln!(out, "{name} {}", value.load(Ordering::Relaxed));
        }
        out
    }
}

fn head(out: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_is_counted() {
        let metrics = Metrics::default();
        let running = metrics.begin();
        metrics.end("/annotate", 200, Duration::from_millis(4));
        metrics.end("/annotate", 200, Duration::from_secs(60));
        metrics.articles(3, 1);
        let text = metrics.text();
        for line in [
            "peristiwa_requests_total{path=\"/annotate\",status=\"200\"} 2",
            "peristiwa_request_duration_seconds_bucket{path=\"/annotate\",le=\"0.002\"} 0",
            "peristiwa_request_duration_seconds_bucket{path=\"/annotate\",le=\"0.005\"} 1",
            "peristiwa_request_duration_seconds_bucket{path=\"/annotate\",le=\"+Inf\"} 2",
            "peristiwa_request_duration_seconds_sum{path=\"/annotate\"} 60.004",
            "peristiwa_requests_running 1",
            "peristiwa_articles_annotated_total 3",
            "peristiwa_articles_rejected_total 1",
        ] {
            assert!(text.lines().any(|there| there == line), "{line}\n{text}");
        }
        drop(running);
        assert!(metrics.text().contains("peristiwa_requests_running 0"));
    }
}
