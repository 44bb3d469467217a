//! Tells cargo that the library embeds `models/`, so that a file added there is seen, and where the loader finds the
//! libtorch of the feature `bert`.

fn main() {
    println!("cargo:rerun-if-changed=models");
    println!("cargo:rerun-if-env-changed=LIBTORCH");
    let bert = std::env::var_os("CARGO_FEATURE_BERT").is_some();
    if let Ok(folder) = std::env::var("LIBTORCH")
        && bert
    {
        println!("cargo:rustc-link-arg=-Wl,-rpath,{folder}/lib");
    }
}
