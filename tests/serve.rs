//! The HTTP server of the built program, asked by a client of its own kind: answers, limits, the end.

use crate::samples::{annotator, articles};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// A running server; ended with the test.
struct Server {
    child: Child,
    address: String,
    log: Arc<Mutex<Vec<Value>>>,
    reader: Option<JoinHandle<()>>,
}

impl Server {
    fn start(options: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_peristiwa"))
            .args(["serve", "--port", "0"])
            .args(options)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let first: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
        assert_eq!(first["message"], "listening");
        let address = first["address"].as_str().unwrap();
        let address = address
            .trim_start_matches("http://")
            .trim_end_matches('/')
            .to_owned();
        assert!(
            address.starts_with("127.0.0.1:"),
            "loopback unless told otherwise"
        );
        let log = Arc::new(Mutex::new(Vec::new()));
        let kept = log.clone();
        let reader = std::thread::spawn(move || {
            for line in lines {
                let line = line.unwrap();
                kept.lock()
                    .unwrap()
                    .push(serde_json::from_str(&line).unwrap());
            }
        });
        Self {
            child,
            address,
            log,
            reader: Some(reader),
        }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Writes bytes as they are and reads the whole answer.
    fn raw(&self, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.write_all(request).unwrap();
        let mut answer = Vec::new();
        // The server may close hard where it did not read everything.
        let mut part = [0; 4096];
        while let Ok(length @ 1..) = stream.read(&mut part) {
            answer.extend_from_slice(&part[..length]);
        }
        String::from_utf8(answer).unwrap()
    }

    #[cfg(unix)]
    fn end(mut self, signal: &str) -> (Option<i32>, Vec<Value>) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill")
            .args(["-s", signal, &id])
            .status()
            .unwrap();
        assert!(sent.success());
        let code = self.child.wait().unwrap().code();
        self.reader.take().unwrap().join().unwrap();
        let log = std::mem::take(&mut *self.log.lock().unwrap());
        (code, log)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn client() -> ureq::Agent {
    let config = ureq::Agent::config_builder().http_status_as_error(false);
    config.build().into()
}

fn get(server: &Server, path: &str) -> (u16, String, String) {
    let mut answer = client().get(server.url(path)).call().unwrap();
    let kind = answer.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    (
        answer.status().as_u16(),
        kind,
        answer.body_mut().read_to_string().unwrap(),
    )
}

fn post(client: &ureq::Agent, url: &str, body: &str) -> (u16, String) {
    let request = client.post(url).header("content-type", "application/json");
    let mut answer = request.send(body).unwrap();
    (
        answer.status().as_u16(),
        answer.body_mut().read_to_string().unwrap(),
    )
}

#[track_caller]
fn refused(answer: (u16, String), status: u16, code: &str) {
    assert_eq!(answer.0, status, "{}", answer.1);
    let answer: Value = serde_json::from_str(&answer.1).unwrap();
    assert_eq!(answer["error"]["code"], code);
    assert!(
        answer["error"]["message"]
            .as_str()
            .is_some_and(|m| m.len() > 10)
    );
}

#[test]
fn five_hundred_requests_by_thirty_two_clients_are_answered_as_the_library_does() {
    let server = Server::start(&["--timeout", "600"]);
    let articles = articles();
    let expected: Vec<String> = annotator()
        .annotate_all(&articles)
        .iter()
        .map(|annotation| serde_json::to_string(annotation).unwrap())
        .collect();
    let bodies: Vec<String> = articles
        .iter()
        .map(|a| serde_json::to_string(a).unwrap())
        .collect();
    let (next, right) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let url = server.url("/annotate");
    std::thread::scope(|scope| {
        for _ in 0..32 {
            scope.spawn(|| {
                let client = client();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= 500 {
                        break;
                    }
                    let at = number % bodies.len();
                    let (status, answer) = post(&client, &url, &bodies[at]);
                    assert_eq!((status, &answer), (200, &expected[at]));
                    right.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    assert_eq!(right.into_inner(), 500);
    let metrics = get(&server, "/metrics").2;
    for line in [
        "peristiwa_requests_total{path=\"/annotate\",status=\"200\"} 500",
        "peristiwa_articles_annotated_total 500",
        "peristiwa_request_duration_seconds_count{path=\"/annotate\"} 500",
    ] {
        assert!(
            metrics.lines().any(|there| there == line),
            "{line}\n{metrics}"
        );
    }
    let all = post(&client(), &url, &format!("[{}]", bodies.join(",")));
    assert_eq!(all, (200, format!("[{}]", expected.join(","))));
}

#[test]
fn what_it_is_asked() {
    let server = Server::start(&["--max-body", "100000"]);
    let url = server.url("/annotate");
    let client = client();

    let (status, answer) = post(&client, &url, r#"{"text": "Budi Santoso dilantik."}"#);
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!((status, &answer["id"]), (200, &json!("1")));
    assert!(!answer.to_string().contains("found_by"));
    let explained = post(
        &client,
        &format!("{url}?explain=true"),
        r#"{"text": "Budi Santoso dilantik."}"#,
    )
    .1;
    assert!(explained.contains("found_by"));

    let mixed = r#"[{"id": "a", "text": "Budi tiba."}, {"id": "b"}, 5, {"text": "Sari tiba."}]"#;
    let (status, answer) = post(&client, &url, mixed);
    let answer: Vec<Value> = serde_json::from_str(&answer).unwrap();
    assert_eq!((status, answer.len()), (200, 4));
    let ids: Vec<_> = answer
        .iter()
        .map(|item| item["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["a", "b", "3", "4"]);
    assert_eq!(answer[1]["error"]["code"], "missing_text");
    assert_eq!(answer[2]["error"]["code"], "not_json");
    assert_eq!(post(&client, &url, "[]"), (200, "[]".to_owned()));

    refused(post(&client, &url, "{\"text\": "), 400, "not_json");
    refused(post(&client, &url, ""), 400, "not_json");
    refused(post(&client, &url, "5"), 400, "wrong_type");
    refused(post(&client, &url, "{}"), 400, "missing_text");
    refused(
        post(&client, &url, r#"{"text": "a", "published": "besok"}"#),
        400,
        "bad_published",
    );
    refused(post(&client, &url, &"[".repeat(5000)), 400, "not_json");
    refused(
        post(&client, &format!("{url}?explain=ya"), "[]"),
        400,
        "bad_query",
    );
    refused(post(&client, &server.url("/lain"), "{}"), 404, "not_found");
    refused(
        post(&client, &server.url("/health"), "{}"),
        405,
        "wrong_method",
    );

    for (path, kind) in [
        ("/", "text/html"),
        ("/assets/page.css", "text/css"),
        ("/assets/page.js", "text/javascript"),
        ("/health", "application/json"),
        ("/metrics", "text/plain; version=0.0.4"),
        ("/schema", "application/schema+json"),
        ("/openapi.json", "application/json"),
    ] {
        let (status, found, body) = get(&server, path);
        assert_eq!(status, 200, "{path}");
        assert!(
            found.starts_with(kind) && !body.is_empty(),
            "{path}: {found}"
        );
    }
    let document: Value = serde_json::from_str(&get(&server, "/openapi.json").2).unwrap();
    assert!(document["paths"]["/annotate"]["post"]["responses"]["413"].is_object());
    assert_eq!(
        document["components"]["schemas"]["Annotation"]["type"],
        "object"
    );
}

#[test]
fn bodies_beyond_the_limits() {
    let server = Server::start(&["--max-body", "1000", "--timeout", "0.5"]);
    // Said to be too large, and too large without having said so.
    let head = "POST /annotate HTTP/1.1\r\nHost: a\r\n";
    let said = server.raw(format!("{head}Content-Length: 1001\r\n\r\n").as_bytes());
    assert!(said.starts_with("HTTP/1.1 413 "), "{said}");
    let chunk = format!("500\r\n{}\r\n0\r\n\r\n", "a".repeat(0x500));
    let unsaid = server.raw(format!("{head}Transfer-Encoding: chunked\r\n\r\n{chunk}").as_bytes());
    assert!(unsaid.starts_with("HTTP/1.1 413 "), "{unsaid}");
    // Never arrives whole.
    let slow = server.raw(format!("{head}Content-Length: 100\r\n\r\n{{\"text\"").as_bytes());
    assert!(
        slow.starts_with("HTTP/1.1 408 ") && slow.contains("too_slow"),
        "{slow}"
    );
    // A head that never ends is hung up on.
    server.raw(b"POST /annotate HTT");
    assert_eq!(get(&server, "/health").0, 200);
}

#[cfg(unix)]
#[test]
fn it_finishes_what_was_begun_and_ends_well() {
    for signal in ["TERM", "INT"] {
        let server = Server::start(&[]);
        let mut stream = TcpStream::connect(&server.address).unwrap();
        let body = r#"{"text": "Budi Santoso dilantik."}"#;
        let head = format!(
            "POST /annotate HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\nConnection: close\r\nExpect: 100-continue\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut seen = [0; 25];
        // The server reads the body by now.
        stream.read_exact(&mut seen).unwrap();
        assert_eq!(&seen, b"HTTP/1.1 100 Continue\r\n\r\n");
        let later = std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(300));
            stream.write_all(body.as_bytes()).unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            answer
        });
        let (code, log) = server.end(signal);
        let answer = later.join().unwrap();
        assert!(
            answer.starts_with("HTTP/1.1 200 ") && answer.contains("Budi Santoso"),
            "{answer}"
        );
        assert_eq!(code, Some(0));
        let said = |word: &str| log.iter().any(|line| line["message"] == word);
        assert!(said("stopping") && said("stopped"), "{log:?}");
        let request = log
            .iter()
            .find(|line| line["message"] == "request")
            .unwrap();
        assert_eq!(
            (&request["path"], &request["status"]),
            (&json!("/annotate"), &json!(200))
        );
        assert!(
            !format!("{log:?}").contains("Budi"),
            "logs never say what texts say"
        );
    }
}

#[test]
fn an_address_in_use_is_said() {
    let server = Server::start(&[]);
    let port = server.address.rsplit(':').next().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_peristiwa"))
        .args(["serve", "--port", port])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains(port));
}
