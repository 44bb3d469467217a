//! peristiwa
