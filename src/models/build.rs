//! Tells cargo that the library embeds `models/`, so that a file added there is seen.

fn main() {
    println!("cargo:rerun-if-changed=models");
}
