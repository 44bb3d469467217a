// A browser, a page that must not complain, a running server, and the program.

import { chromium } from "playwright-core";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const project = fileURLToPath(new URL("../..", import.meta.url));
const program = process.env.PERISTIWA ?? join(project, "target/debug/peristiwa");

/** Runs the program; gives what it wrote on standard output. */
export function peristiwa(...given) {
  const done = spawnSync(program, given, { encoding: "utf8", maxBuffer: 1 << 28 });
  if (done.status !== 0) throw new Error(`peristiwa ${given.join(" ")}: ${done.stderr}`);
  return done.stdout;
}

/** A folder that is gone after `run`. */
export async function inFolder(run) {
  const folder = mkdtempSync(join(tmpdir(), "peristiwa-"));
  try {
    return await run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function sample() {
  return readFileSync(join(project, "corpus/articles.jsonl"), "utf8").trim().split("\n").map((line) => JSON.parse(line));
}

let browser;

export async function openBrowser() {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}

export async function closeBrowser() {
  await browser?.close();
}

/** A page; `run` gets it, and afterwards nothing may stand in its console and no request may have left. */
export async function withPage(options, run) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
  const page = await context.newPage();
  const complaints = [];
  const hosts = new Set();
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("dialog", (dialog) => {
    complaints.push(`a dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("request", (request) => hosts.add(new URL(request.url()).hostname));
  await run(page);
  await context.close();
  if (complaints.length) throw new Error(`the console says: ${complaints.join("; ")}`);
  const strange = [...hosts].filter((host) => !["", "127.0.0.1"].includes(host));
  if (strange.length) throw new Error(`asked ${strange}`);
}

/** Runs the server while `run` runs, which gets its address. */
export async function withServer(run) {
  const server = spawn(program, ["serve", "--port", "0"], { stdio: ["ignore", "ignore", "pipe"] });
  try {
    const lines = createInterface({ input: server.stderr });
    const address = await new Promise((resolve, reject) => {
      lines.once("line", (line) => resolve(JSON.parse(line).address));
      server.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
    });
    await run(address);
  } finally {
    server.kill("SIGTERM");
  }
}
